import { exitCodes, userError } from "../diagnostic/user-error.ts";
import type { CommandRequest } from "./compose-command.ts";
import type { LastRun } from "./last-run.ts";

/** The command the user means: by name, ad hoc, or that of the last run. */
export interface RequestedCommand {
  readonly request: CommandRequest;
  /** An ad hoc command is read by a shell. */
  readonly isShell: boolean;
}

/**
 * @param typed What stood before and behind `--`.
 * @param last With --retry-failed: the last run.
 * @throws {UserError} `USAGE` (exit code 64) where there is none, or --shell is asked of a declared one.
 */
export function requestedCommand(
  typed: { readonly args: readonly string[]; readonly tail: readonly string[]; readonly isShell: boolean },
  last: LastRun | null,
): RequestedCommand {
  const { args, tail, isShell } = typed;
  const [name, ...own] = args;
  if (name === undefined && tail.length === 0 && last !== null) return last;
  if (name !== undefined && isShell) {
    throw userError("USAGE", `--shell is for a command behind --, but "${name}" is a declared one`, {
      hint: `Its argv in services.yaml may begin with [sh, -c, …]. To run a text: --shell -- '${name} …'.`,
      exitCode: exitCodes.usage,
    });
  }
  const request = name === undefined ? { name: null, args: tail } : { name, args: [...own, ...tail] };
  return { request, isShell };
}
