import { command } from "../lib/cli/command.ts";
import { commandSummaries } from "../lib/cli/command-summaries.ts";
import { overview } from "../lib/cli/overview.ts";
import { didYouMean } from "../lib/diagnostic/nearest-name.ts";
import { userError } from "../lib/diagnostic/user-error.ts";

/** help: what there is to type; also the answer to a command we do not have. */
export const main = command({
  summary: "Show the commands",
  positionals: { name: "command", description: "ignored where it is help itself" },
  options: {},
  examples: [""],
  run({ args: [typed], context }) {
    if (typed !== undefined && typed !== "help") {
      const names = commandSummaries.flatMap(({ name, alias }) => (alias === null ? [name] : [name, alias]));
      const hint = didYouMean(typed, names) ?? "groundswell --help lists the commands.";
      return Promise.reject(userError("COMMAND_UNKNOWN", `There is no command "${typed}"`, { hint, exitCode: 64 }));
    }
    context.stdout.write(overview(commandSummaries));
    return Promise.resolve(0);
  },
});
