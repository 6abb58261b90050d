import type { Command, CommandInput, Goodbye, Wait } from "./command.ts";
import { connectionCommands } from "./connection-commands.ts";
import { hashCommands } from "./hash-commands.ts";
import { WrongTypeError } from "./keyspace.ts";
import { listCommands } from "./list-commands.ts";
import type { Reply } from "./reply.ts";
import { failure } from "./reply.ts";
import type { Request } from "./request-parser.ts";
import { stringCommands } from "./string-commands.ts";

const commands: ReadonlyMap<string, Command> = new Map([
  ...Object.entries(connectionCommands),
  ...Object.entries(stringCommands),
  ...Object.entries(listCommands),
  ...Object.entries(hashCommands),
]);

/** Runs one request. What a client got wrong is an error reply, in the words of Redis. */
export function runCommand(request: Request, input: Omit<CommandInput, "args">): Reply | Wait | Goodbye {
  const [typed, ...args] = request;
  const command = commands.get(typed.toUpperCase());
  if (command === undefined) {
    const shown = args.map((argument) => `'${argument.slice(0, 128)}' `).join("");
    return failure(`ERR unknown command '${typed.slice(0, 128)}', with args beginning with: ${shown}`);
  }
  const isCountRight = command.arity >= 0 ? request.length === command.arity : request.length >= -command.arity;
  if (!isCountRight) return failure(`ERR wrong number of arguments for '${typed.toLowerCase()}' command`);
  try {
    return command.run({ ...input, args });
  } catch (error) {
    if (error instanceof WrongTypeError) {
      return failure("WRONGTYPE Operation against a key holding the wrong kind of value");
    }
    throw error;
  }
}
