import type { Command, CommandInput } from "./command.ts";
import { readInteger } from "./read-integer.ts";
import type { Reply } from "./reply.ts";
import { bulk, failure, integer, nothing, ok } from "./reply.ts";

const largest = 2n ** 63n - 1n;
const syntaxError = failure("ERR syntax error");
const notAnInteger = failure("ERR value is not an integer or out of range");

/** Strings, and what works on keys of every type. */
export const stringCommands: Readonly<Record<string, Command>> = {
  GET: {
    arity: 2,
    run: ({ args, keyspace }) => {
      const value = keyspace.read(args[0] ?? "", "string");
      return value === null ? nothing : bulk(value.text);
    },
  },
  SET: { arity: -3, run: set },
  INCR: { arity: 2, run: increment },
  DEL: {
    arity: -2,
    run: ({ args, keyspace }) => integer(args.filter((key) => keyspace.delete(key)).length),
  },
  EXISTS: {
    arity: -2,
    run: ({ args, keyspace }) => integer(args.filter((key) => keyspace.has(key)).length),
  },
  EXPIRE: { arity: 3, run: expire },
  TTL: {
    arity: 2,
    run: ({ args, keyspace }) => {
      const expiry = keyspace.expiryOf(args[0] ?? "");
      if (expiry === undefined) return integer(-2);
      // Rounded as Redis rounds: half a second and more is a second.
      return integer(expiry === null ? -1 : Math.floor((expiry - Date.now() + 500) / 1_000));
    },
  },
};

/** SET key value [NX | XX] [EX seconds | PX milliseconds] */
function set({ args, keyspace }: CommandInput): Reply {
  const [key = "", text = "", ...options] = args;
  let only: "NX" | "XX" | null = null;
  let lifetime: { readonly amount: string; readonly unitMs: bigint } | null = null;
  for (let index = 0; index < options.length; index += 1) {
    const option = options[index]?.toUpperCase();
    if ((option === "NX" || option === "XX") && (only === null || only === option)) {
      only = option;
    } else if ((option === "EX" || option === "PX") && lifetime === null && index + 1 < options.length) {
      index += 1;
      lifetime = { amount: options[index] ?? "", unitMs: option === "EX" ? 1_000n : 1n };
    } else {
      return syntaxError;
    }
  }
  let expiresAt: number | null = null;
  if (lifetime !== null) {
    const amount = readInteger(lifetime.amount);
    if (amount === null) return notAnInteger;
    const at = amount * lifetime.unitMs + BigInt(Date.now());
    if (amount <= 0n || at > largest) return failure("ERR invalid expire time in 'set' command");
    expiresAt = Number(at);
  }
  if (only !== null && keyspace.has(key) !== (only === "XX")) return nothing;
  keyspace.write(key, { kind: "string", text }, expiresAt);
  return ok;
}

function increment({ args, keyspace }: CommandInput): Reply {
  const value = keyspace.read(args[0] ?? "", "string");
  const number = value === null ? 0n : readInteger(value.text);
  if (number === null) return notAnInteger;
  if (number === largest) return failure("ERR increment or decrement would overflow");
  if (value === null) keyspace.write(args[0] ?? "", { kind: "string", text: "1" }, null);
  else value.text = String(number + 1n);
  return integer(number + 1n);
}

function expire({ args, keyspace }: CommandInput): Reply {
  const seconds = readInteger(args[1] ?? "");
  if (seconds === null) return notAnInteger;
  const at = seconds * 1_000n + BigInt(Date.now());
  if (at > largest || at < -largest) return failure("ERR invalid expire time in 'expire' command");
  return integer(keyspace.expireAt(args[0] ?? "", Number(at)) ? 1 : 0);
}
