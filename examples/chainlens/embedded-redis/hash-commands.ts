import type { Command, CommandInput } from "./command.ts";
import type { Reply } from "./reply.ts";
import { bulk, failure, integer, nothing } from "./reply.ts";

export const hashCommands: Readonly<Record<string, Command>> = {
  HSET: { arity: -4, run: set },
  HGET: {
    arity: 3,
    run: ({ args, keyspace }) => {
      const text = keyspace.read(args[0] ?? "", "hash")?.fields.get(args[1] ?? "");
      return text === undefined ? nothing : bulk(text);
    },
  },
  HGETALL: {
    arity: 2,
    run: ({ args, keyspace }) => {
      const fields = keyspace.read(args[0] ?? "", "hash")?.fields ?? new Map<string, string>();
      return { kind: "map", pairs: [...fields].map(([name, text]) => [bulk(name), bulk(text)] as const) };
    },
  },
};

/** HSET key field value [field value …]: answers how many fields are new. */
function set({ args, keyspace }: CommandInput): Reply {
  const [key = "", ...rest] = args;
  if (rest.length % 2 !== 0) return failure("ERR wrong number of arguments for 'hset' command");
  const { fields } = keyspace.readOrCreate<"hash">(key, { kind: "hash", fields: new Map() });
  const before = fields.size;
  for (let index = 0; index < rest.length; index += 2) fields.set(rest[index] ?? "", rest[index + 1] ?? "");
  return integer(fields.size - before);
}
