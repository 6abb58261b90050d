import { setImmediate as nextTurn } from "node:timers/promises";
import type { FoundRepository, Repository } from "../model/repository.ts";
import type { RunEvent } from "../model/run-event.ts";
import type { RunOutcome, RunResult, SkipReason } from "../model/run-outcome.ts";
import type { OutputCapture } from "./output-capture.ts";
import { notBegun } from "./not-begun.ts";
import { runAttempt, type RunGround } from "./run-attempt.ts";

/** A command as it is to be run in one repository. */
export interface ComposedCommand {
  readonly argv: readonly [string, ...string[]];
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly timeoutMs: number;
}

export interface RunEachOptions extends RunGround {
  /** Begins every run id: unique on this machine. */
  readonly runPrefix: string;
  readonly compose: (repository: FoundRepository, index: number) => ComposedCommand;
  readonly workers: number;
  /** After so many failures nothing more is begun; null: whatever fails. */
  readonly mostFailures: number | null;
  /** Why what is not begun then is skipped. */
  readonly skipReason: SkipReason;
  /** How often one that failed is tried again. */
  readonly retries: number;
  readonly captureOf: (repository: Repository, index: number) => OutputCapture;
  readonly emit: (event: RunEvent) => void;
}

/**
 * Runs a command in each repository, so many at a time, beginning in the order given.
 *
 * One that fails is an outcome, and the others go on. When `interrupt` is aborted, what runs is stopped and the rest is skipped.
 *
 * @returns One for each repository, in their order.
 * @throws What `emit` threw, or another bug, once nothing runs any more: whoever catches it may take all for ended.
 */
export async function runEach(
  repositories: readonly Repository[],
  options: RunEachOptions,
): Promise<readonly RunOutcome[]> {
  const broken = new AbortController();
  const causes: unknown[] = [];
  const breakOff = (cause: unknown): void => {
    causes.push(cause);
    broken.abort();
  };
  const outcomes = await workThrough(
    repositories,
    {
      ...options,
      interrupt: AbortSignal.any([options.interrupt, broken.signal]),
      emit(event) {
        try {
          options.emit(event);
        } catch (error) {
          breakOff(error);
        }
      },
    },
    breakOff,
  );
  if (causes.length > 0) throw causes[0];
  return outcomes;
}

/** @param onBug Told what ended one of the workers; the others go on. */
async function workThrough(
  repositories: readonly Repository[],
  options: RunEachOptions,
  onBug: (error: unknown) => void,
): Promise<readonly RunOutcome[]> {
  const { workers, emit } = options;
  const outcomes: RunOutcome[] = [];
  let next = 0;
  let failures = 0;
  emit({ type: "run-began", total: repositories.length, workers });

  const skipReason = (): SkipReason | null => {
    if (options.interrupt.aborted) return "interrupted";
    return options.mostFailures !== null && failures >= options.mostFailures ? options.skipReason : null;
  };
  async function work(): Promise<void> {
    for (let at = next; at < repositories.length; at = next) {
      next += 1;
      const repository = repositories[at];
      if (repository === undefined) return;
      const because = skipReason();
      const outcome =
        because === null
          ? await runIn(repository, at + 1, options)
          : notBegun(repository, at + 1, { kind: "skipped", because });
      if (outcome.result.kind !== "ok" && outcome.result.kind !== "skipped") failures += 1;
      outcomes[at] = outcome;
      emit({ type: "command-ended", outcome });
      // A spawn takes its time: who has ended meanwhile comes first.
      await nextTurn();
    }
  }
  await Promise.all(Array.from({ length: Math.min(workers, repositories.length) }, async () => work().catch(onBug)));
  return outcomes;
}

async function runIn(repository: Repository, index: number, options: RunEachOptions): Promise<RunOutcome> {
  if (repository.problem !== null) {
    return notBegun(repository, index, { kind: "inaccessible", problem: repository.problem });
  }
  const command = options.compose(repository, index);
  const capture = options.captureOf(repository, index);
  for (let attempts = 1; ; attempts += 1) {
    const end = await runAttempt(
      {
        ...command,
        repository,
        runId: `${options.runPrefix}-${index}-${attempts}`,
        capture,
        onBegan: (pid) => options.emit({ type: "command-began", repository, index, pid, attempt: attempts }),
        onLingers: (waitedMs) => options.emit({ type: "command-lingers", repository, waitedMs }),
      },
      options,
    );
    const outcome: RunOutcome = { repository, index, argv: command.argv, attempts, ...end };
    if (attempts > options.retries || !isWorthAnother(end.result) || options.interrupt.aborted) return outcome;
    options.emit({ type: "command-retried", repository, outcome });
  }
}

/** What cannot be executed, or entered, will not be the next time either. */
function isWorthAnother({ kind }: RunResult): boolean {
  return kind === "exited" || kind === "signalled" || kind === "timed-out";
}
