import type { FoundRepository, Repository } from "../model/repository.ts";
import type { RunEvent } from "../model/run-event.ts";
import type { RunOutcome, SkipReason } from "../model/run-outcome.ts";
import { notBegun } from "./not-begun.ts";
import type { PerformedRun } from "./perform-run.ts";
import type { RunPlan } from "./plan-run.ts";
import type { ComposedCommand } from "./run-each.ts";
import { type Attend, runInteractive } from "./run-interactive.ts";

interface Attended {
  readonly outcome: RunOutcome;
  readonly signal: NodeJS.Signals | null;
}

/**
 * Runs a planned command in one repository after the other, each with our own terminal. It takes the time it takes, and what it writes is not kept.
 */
export async function performInteractive(
  repositories: readonly Repository[],
  plan: RunPlan,
  world: {
    readonly compose: (repository: FoundRepository, index: number) => ComposedCommand;
    /** Told before each. */
    readonly onBegin: (repository: FoundRepository) => void;
    readonly emit: (event: RunEvent) => void;
    readonly attend: Attend;
  },
): Promise<PerformedRun> {
  const outcomes: RunOutcome[] = [];
  let signal: NodeJS.Signals | null = null;
  let failures = 0;
  world.emit({ type: "run-began", total: repositories.length, workers: 1 });
  for (const [at, repository] of repositories.entries()) {
    const isOver = plan.mostFailures !== null && failures >= plan.mostFailures;
    const because: SkipReason | null = signal === null ? (isOver ? plan.skipReason : null) : "interrupted";
    const { outcome, signal: own }: Attended =
      because === null
        ? await attendIn(repository, at + 1, world)
        : { outcome: notBegun(repository, at + 1, { kind: "skipped", because }), signal };
    signal = own;
    if (outcome.result.kind !== "ok" && outcome.result.kind !== "skipped") failures += 1;
    outcomes.push(outcome);
    world.emit({ type: "command-ended", outcome });
  }
  const notOk = outcomes.filter(({ result }) => result.kind !== "ok");
  return { outcomes, failures: notOk.map((outcome) => ({ outcome, lastLines: [] })), signal };
}

async function attendIn(
  repository: Repository,
  index: number,
  { compose, attend, onBegin }: Parameters<typeof performInteractive>[2],
): Promise<Attended> {
  if (repository.problem !== null) {
    return {
      outcome: notBegun(repository, index, { kind: "inaccessible", problem: repository.problem }),
      signal: null,
    };
  }
  onBegin(repository);
  const command = compose(repository, index);
  const startedAt = Date.now();
  const clock = performance.now();
  const { result, signal } = await runInteractive(repository, command, attend);
  const durationMs = performance.now() - clock;
  const { argv } = command;
  return {
    outcome: { repository, index, argv, result, attempts: 1, startedAt, durationMs, peakMemoryBytes: null },
    signal,
  };
}
