import { exitCodes, userError } from "../diagnostic/user-error.ts";
import type { RepositoryCommand, RepositoryWorkspace } from "../model/repository-workspace.ts";
import type { Repository } from "../model/repository.ts";
import type { SkipReason } from "../model/run-outcome.ts";
import { type CommandRequest, commandFor } from "./compose-command.ts";
import { workerCount } from "./worker-count.ts";

/** What the user said about how a command is to be run. */
export interface RunWishes {
  readonly jobs: number | null;
  readonly timeoutMs: number | null;
  readonly failFast: number | null;
  readonly keepGoing: boolean;
  readonly retries: number | null;
  /** With the terminal: one at a time. */
  readonly isInteractive: boolean;
  /** --output was given, or --json. */
  readonly asksOutput: boolean;
}

/** How a command is run in the repositories selected. */
export interface RunPlan {
  readonly command: RepositoryCommand;
  /** What `{args}` stands for: an ad hoc command has all of it in its argv. */
  readonly args: readonly string[];
  readonly workers: number;
  /** After so many failures nothing more is begun; null: whatever fails. */
  readonly mostFailures: number | null;
  readonly skipReason: SkipReason;
  readonly retries: number;
  timeoutMsOf(repository: Repository): number;
}

/**
 * Settles how a command is run: the command line first, then what the file says of the repository, of the command, of all.
 *
 * @param repositories How many are selected.
 * @throws {UserError} What `commandFor` throws; `USAGE` where wishes contradict the command, or one another.
 */
export function planRun(
  request: CommandRequest,
  workspace: RepositoryWorkspace,
  repositories: number,
  wishes: RunWishes,
): RunPlan {
  const declared = commandFor(request, workspace);
  const command: RepositoryCommand = wishes.isInteractive ? { ...declared, mode: "sequential" } : declared;
  assertRunnable(command, wishes);
  const isSequential = command.mode === "sequential";
  const stopsAtFirst = isSequential && !command.keepGoing && !wishes.keepGoing;
  return {
    command,
    args: request.name === null ? [] : request.args,
    workers: workerCount(repositories, {
      mode: command.mode,
      weight: command.weight,
      jobs: wishes.jobs ?? workspace.run.jobs,
      isParallel: workspace.isParallel || wishes.jobs !== null,
    }),
    mostFailures: wishes.failFast ?? (stopsAtFirst ? 1 : null),
    skipReason: wishes.failFast === null ? "an-earlier-one-failed" : "too-many-failed",
    retries: wishes.retries ?? 0,
    timeoutMsOf: (repository) =>
      wishes.timeoutMs ?? repository.timeoutMs ?? command.timeoutMs ?? workspace.run.timeoutMs,
  };
}

function assertRunnable({ name, mode }: RepositoryCommand, wishes: RunWishes): void {
  const mistake = (message: string, hint: string): Error =>
    userError("USAGE", message, { hint, exitCode: exitCodes.usage });
  if (mode === "watch") {
    throw mistake(
      `"${name}" is a command to watch: it goes on for ever`,
      name === "watch" ? "Use: groundswell watch." : `Use: groundswell watch ${name}.`,
    );
  }
  if (mode === "sequential" && (wishes.jobs ?? 1) > 1) {
    const why = wishes.isInteractive ? "--interactive runs" : `"${name}" is run in`;
    throw mistake(`${why} one repository after the other, but --jobs is ${wishes.jobs}`, "Leave --jobs out.");
  }
  const idle =
    wishes.timeoutMs === null
      ? wishes.retries === null
        ? wishes.asksOutput
          ? "--output"
          : null
        : "--retries"
      : "--timeout";
  if (wishes.isInteractive && idle !== null) {
    throw mistake(
      `${idle} does not apply with --interactive: each command has the terminal for itself`,
      `Leave ${idle} out.`,
    );
  }
  if (wishes.keepGoing && wishes.failFast !== null) {
    throw mistake("--keep-going and --fail-fast contradict each other", "Leave one of them out.");
  }
}
