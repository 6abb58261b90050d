/** A request: the command's name and its arguments. Bytes are kept one to a character (latin1), so every value survives as it came. */
export type Request = readonly [string, ...string[]];

/** The client does not speak RESP: the connection is of no use any more. The message is what Redis answers. */
export class ProtocolError extends Error {}

const mostArguments = 1024 * 1024;
const longestArgument = 8 * 1024 * 1024;
const longestLine = 64 * 1024;

/**
 * Takes a client's bytes as they arrive and gives the requests that are complete.
 *
 * Understands arrays of bulk strings, which is what clients send, and inline commands (`PING` typed into telnet).
 *
 * @see https://redis.io/docs/latest/develop/reference/protocol-spec/
 */
export class RequestParser {
  #rest = "";

  /** @throws {ProtocolError} At the first byte that cannot be right; requests before it in the same chunk are in `complete`. */
  push(chunk: Buffer, complete: (request: Request) => void): void {
    this.#rest += chunk.toString("latin1");
    let position = 0;
    try {
      while (true) {
        const step = readRequest(this.#rest, position);
        if (step === null) return;
        position = step.next;
        const [name, ...rest] = step.words;
        if (name !== undefined) complete([name, ...rest]);
      }
    } finally {
      this.#rest = this.#rest.slice(position);
    }
  }
}

/** @returns null while the request is incomplete. An empty line or array is a request of no words. */
function readRequest(text: string, start: number): { words: string[]; next: number } | null {
  const head = readLine(text, start);
  if (head === null) return null;
  if (!head.line.startsWith("*")) {
    return { words: head.line.split(/\s+/).filter((word) => word !== ""), next: head.next };
  }
  const count = toLength(head.line, mostArguments);
  if (count === null) throw new ProtocolError("ERR Protocol error: invalid multibulk length");
  const words: string[] = [];
  let next = head.next;
  while (words.length < count) {
    const size = readLine(text, next);
    if (size === null) return null;
    if (!size.line.startsWith("$")) {
      throw new ProtocolError(`ERR Protocol error: expected '$', got '${size.line.slice(0, 1)}'`);
    }
    const length = toLength(size.line, longestArgument);
    if (length === null || length < 0) throw new ProtocolError("ERR Protocol error: invalid bulk length");
    const end = size.next + length;
    if (text.length < end + 2) return null;
    words.push(text.slice(size.next, end));
    next = end + 2;
  }
  return { words, next };
}

function readLine(text: string, start: number): { line: string; next: number } | null {
  const end = text.indexOf("\n", start);
  if (end === -1) {
    if (text.length - start > longestLine) throw new ProtocolError("ERR Protocol error: too big inline request");
    return null;
  }
  return { line: text.slice(start, text[end - 1] === "\r" && end > start ? end - 1 : end), next: end + 1 };
}

function toLength(line: string, most: number): number | null {
  const digits = line.slice(1);
  if (!/^-?\d{1,10}$/.test(digits)) return null;
  const length = Number(digits);
  return length > most ? null : length;
}
