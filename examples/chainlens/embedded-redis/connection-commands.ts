import type { Command, CommandInput, Goodbye } from "./command.ts";
import type { Reply } from "./reply.ts";
import { bulk, failure, integer, nothing, ok } from "./reply.ts";

/** The version whose behaviour the embedded server follows, for the commands it has. */
const followedVersion = "7.0.15";

export const connectionCommands: Readonly<Record<string, Command>> = {
  PING: {
    arity: -1,
    run: ({ args }) => {
      if (args.length > 1) return failure("ERR wrong number of arguments for 'ping' command");
      return args[0] === undefined ? { kind: "simple", text: "PONG" } : bulk(args[0]);
    },
  },
  QUIT: { arity: -1, run: (): Goodbye => ({ kind: "goodbye", reply: ok }) },
  SELECT: { arity: 2, run: ({ args }) => select(args[0] ?? "") },
  HELLO: { arity: -1, run: hello },
  CLIENT: { arity: -2, run: client },
  // redis-cli asks for the table of commands; an empty one only costs it the completion.
  COMMAND: {
    arity: -1,
    run: ({ args }) => {
      const subcommand = args[0]?.toUpperCase();
      if (subcommand === "COUNT") return integer(0);
      return subcommand === "DOCS" ? { kind: "map", pairs: [] } : { kind: "array", items: [] };
    },
  },
  INFO: { arity: -1, run: info },
};

function select(text: string): Reply {
  if (!/^-?\d{1,15}$/.test(text)) {
    return failure("ERR value is not an integer or out of range");
  }
  // One database is all the sample needs.
  return Number(text) === 0 ? ok : failure("ERR DB index is out of range");
}

/** HELLO [protocol [AUTH user password] [SETNAME name]]: nobody needs a password here, so any is accepted. */
function hello({ args, session }: CommandInput): Reply {
  const [version, ...options] = args;
  if (version !== undefined && !/^\d{1,9}$/.test(version)) {
    return failure("ERR Protocol version is not an integer or out of range");
  }
  if (version !== undefined && version !== "2" && version !== "3")
    return failure("NOPROTO unsupported protocol version");
  let name = session.name;
  for (let index = 0; index < options.length;) {
    const option = options[index]?.toUpperCase();
    if (option === "AUTH" && index + 2 < options.length) {
      index += 3;
    } else if (option === "SETNAME" && index + 1 < options.length) {
      name = options[index + 1] ?? "";
      index += 2;
    } else {
      return failure(`ERR Syntax error in HELLO option '${options[index] ?? ""}'`);
    }
  }
  session.name = name;
  if (version !== undefined) session.protocol = version === "3" ? 3 : 2;
  return {
    kind: "map",
    pairs: [
      [bulk("server"), bulk("redis")],
      [bulk("version"), bulk(followedVersion)],
      [bulk("proto"), integer(session.protocol)],
      [bulk("id"), integer(session.id)],
      [bulk("mode"), bulk("standalone")],
      [bulk("role"), bulk("master")],
      [bulk("modules"), { kind: "array", items: [] }],
    ],
  };
}

function client({ args, session }: CommandInput): Reply {
  switch (args[0]?.toUpperCase()) {
    case "SETNAME":
      if (args.length !== 2) return failure("ERR wrong number of arguments for 'client|setname' command");
      session.name = args[1] ?? "";
      return ok;
    case "GETNAME":
      return session.name === "" ? nothing : bulk(session.name);
    case "ID":
      return integer(session.id);
    case "SETINFO":
    case "NO-EVICT":
    case "NO-TOUCH":
      return ok;
    default:
      return failure(`ERR unknown subcommand '${args[0] ?? ""}'. Try CLIENT HELP.`);
  }
}

function info({ keyspace, facts }: CommandInput): Reply {
  const lines = [
    "# Server",
    `redis_version:${followedVersion}`,
    "redis_mode:standalone",
    "embedded_in:chainlens",
    `process_id:${process.pid}`,
    `tcp_port:${facts.port}`,
    `uptime_in_seconds:${Math.floor((performance.now() - facts.startedAt) / 1_000)}`,
    "",
    "# Clients",
    `connected_clients:${facts.connections}`,
    `blocked_clients:${facts.blocked}`,
    "",
    "# Stats",
    `total_commands_processed:${facts.commands}`,
    "",
    "# Keyspace",
    ...(keyspace.size === 0 ? [] : [`db0:keys=${keyspace.size}`]),
    "",
  ];
  return { kind: "verbatim", text: lines.join("\r\n") };
}
