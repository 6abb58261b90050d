import type { Command, CommandInput, Wait } from "./command.ts";
import type { Keyspace } from "./keyspace.ts";
import { readInteger } from "./read-integer.ts";
import type { Reply } from "./reply.ts";
import { bulk, failure, integer, nothing } from "./reply.ts";

type End = "left" | "right";

export const listCommands: Readonly<Record<string, Command>> = {
  LPUSH: { arity: -3, run: (input) => push(input, "left") },
  RPUSH: { arity: -3, run: (input) => push(input, "right") },
  LPOP: { arity: -2, run: (input) => pop(input, "left") },
  RPOP: { arity: -2, run: (input) => pop(input, "right") },
  BLPOP: { arity: -3, run: (input) => popOrWait(input, "left") },
  BRPOP: { arity: -3, run: (input) => popOrWait(input, "right") },
  LLEN: {
    arity: 2,
    run: ({ args, keyspace }) => integer(keyspace.read(args[0] ?? "", "list")?.items.length ?? 0),
  },
};

/** Takes an element from one end; a list that is empty afterwards is no more. @returns null: no such list. */
export function takeElement(keyspace: Keyspace, key: string, end: End): string | null {
  const list = keyspace.read(key, "list");
  const element = end === "left" ? list?.items.shift() : list?.items.pop();
  if (list?.items.length === 0) keyspace.delete(key);
  return element ?? null;
}

/** What a blocking pop answers: the key and the element. */
export function poppedReply(key: string, element: string): Reply {
  return { kind: "array", items: [bulk(key), bulk(element)] };
}

function push({ args, keyspace }: CommandInput, end: End): Reply {
  const [key = "", ...elements] = args;
  const list = keyspace.readOrCreate<"list">(key, { kind: "list", items: [] });
  for (const element of elements) {
    if (end === "left") list.items.unshift(element);
    else list.items.push(element);
  }
  return integer(list.items.length);
}

/** LPOP | RPOP key [count] */
function pop({ args, keyspace }: CommandInput, end: End): Reply {
  const [key = "", countText, ...rest] = args;
  if (rest.length > 0)
    return failure(`ERR wrong number of arguments for '${end === "left" ? "lpop" : "rpop"}' command`);
  if (countText === undefined) {
    const element = takeElement(keyspace, key, end);
    return element === null ? nothing : bulk(element);
  }
  const count = readInteger(countText);
  if (count === null || count < 0n) return failure("ERR value is out of range, must be positive");
  if (keyspace.read(key, "list") === null) return { kind: "null", of: "array" };
  const items: Reply[] = [];
  while (items.length < count) {
    const element = takeElement(keyspace, key, end);
    if (element === null) break;
    items.push(bulk(element));
  }
  return { kind: "array", items };
}

/** BLPOP | BRPOP key [key …] timeout, in seconds, fractions allowed. */
function popOrWait({ args, keyspace }: CommandInput, end: End): Reply | Wait {
  const keys = args.slice(0, -1);
  const timeoutText = args.at(-1) ?? "";
  const seconds = /^-?(?:\d+\.?\d*|\.\d+)$/.test(timeoutText) ? Number(timeoutText) : Number.NaN;
  if (Number.isNaN(seconds) || seconds > 1e12) return failure("ERR timeout is not a float or out of range");
  if (seconds < 0) return failure("ERR timeout is negative");
  for (const key of keys) {
    const element = takeElement(keyspace, key, end);
    if (element !== null) return poppedReply(key, element);
  }
  return { kind: "wait", keys, end, timeoutMs: Math.ceil(seconds * 1_000) };
}
