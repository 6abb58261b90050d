/** What a command answers; how it looks on the wire depends on the protocol the client chose with HELLO. */
export type Reply =
  | { readonly kind: "simple"; readonly text: string }
  /** `text` begins with the error's code: `ERR`, `WRONGTYPE`, `NOPROTO`. */
  | { readonly kind: "error"; readonly text: string }
  | { readonly kind: "integer"; readonly value: number | bigint }
  | { readonly kind: "bulk"; readonly text: string }
  /** Text meant for people; a bulk string in RESP2. */
  | { readonly kind: "verbatim"; readonly text: string }
  /** RESP2 has two nulls, one for a missing string and one for a missing array. */
  | { readonly kind: "null"; readonly of: "bulk" | "array" }
  | { readonly kind: "array"; readonly items: readonly Reply[] }
  /** A flat array in RESP2. */
  | { readonly kind: "map"; readonly pairs: readonly (readonly [Reply, Reply])[] };

export type Protocol = 2 | 3;

export const ok: Reply = { kind: "simple", text: "OK" };
export const nothing: Reply = { kind: "null", of: "bulk" };
export const integer = (value: number | bigint): Reply => ({ kind: "integer", value });
export const bulk = (text: string): Reply => ({ kind: "bulk", text });
export const failure = (text: string): Reply => ({ kind: "error", text });

/** @returns The reply's bytes, one to a character (latin1). */
export function encodeReply(reply: Reply, protocol: Protocol): string {
  switch (reply.kind) {
    case "simple":
      return `+${reply.text}\r\n`;
    case "error":
      // A line break would end the reply early.
      return `-${reply.text.replaceAll(/[\r\n]/g, " ")}\r\n`;
    case "integer":
      return `:${reply.value}\r\n`;
    case "bulk":
      return `$${reply.text.length}\r\n${reply.text}\r\n`;
    case "verbatim":
      return protocol === 3
        ? `=${reply.text.length + 4}\r\ntxt:${reply.text}\r\n`
        : `$${reply.text.length}\r\n${reply.text}\r\n`;
    case "null":
      if (protocol === 3) return "_\r\n";
      return reply.of === "bulk" ? "$-1\r\n" : "*-1\r\n";
    case "array":
      return `*${reply.items.length}\r\n${reply.items.map((item) => encodeReply(item, protocol)).join("")}`;
    case "map": {
      const head = protocol === 3 ? `%${reply.pairs.length}` : `*${reply.pairs.length * 2}`;
      return `${head}\r\n${reply.pairs
        .flat()
        .map((item) => encodeReply(item, protocol))
        .join("")}`;
    }
  }
}
