import type { FoundRepository, Repository } from "../model/repository.ts";
import type { RunEvent } from "../model/run-event.ts";
import type { RunOutcome } from "../model/run-outcome.ts";
import { notBegun } from "./not-begun.ts";
import type { PerformedRun } from "./perform-run.ts";
import type { RunPlan } from "./plan-run.ts";
import type { ComposedCommand } from "./run-each.ts";
import { runInteractive } from "./run-interactive.ts";

/**
 * Runs a planned command in one repository after the other, each with our own terminal. It takes the time it takes, and what it writes is not kept.
 */
export async function performInteractive(
  repositories: readonly Repository[],
  plan: RunPlan,
  world: {
    readonly interrupt: AbortSignal;
    readonly compose: (repository: FoundRepository, index: number) => ComposedCommand;
    /** Told before each. */
    readonly onBegin: (repository: FoundRepository) => void;
    readonly emit: (event: RunEvent) => void;
  },
): Promise<PerformedRun> {
  const outcomes: RunOutcome[] = [];
  let failures = 0;
  world.emit({ type: "run-began", total: repositories.length, workers: 1 });
  for (const [at, repository] of repositories.entries()) {
    const isOver = plan.mostFailures !== null && failures >= plan.mostFailures;
    const because = world.interrupt.aborted ? "interrupted" : isOver ? plan.skipReason : null;
    const outcome =
      because === null
        ? await attend(repository, at + 1, world)
        : notBegun(repository, at + 1, { kind: "skipped", because });
    if (outcome.result.kind !== "ok" && outcome.result.kind !== "skipped") failures += 1;
    outcomes.push(outcome);
    world.emit({ type: "command-ended", outcome });
  }
  const notOk = outcomes.filter(({ result }) => result.kind !== "ok");
  return { outcomes, failures: notOk.map((outcome) => ({ outcome, lastLines: [] })) };
}

async function attend(
  repository: Repository,
  index: number,
  { compose, interrupt, onBegin }: Parameters<typeof performInteractive>[2],
): Promise<RunOutcome> {
  if (repository.problem !== null) {
    return notBegun(repository, index, { kind: "inaccessible", problem: repository.problem });
  }
  onBegin(repository);
  const command = compose(repository, index);
  const startedAt = Date.now();
  const clock = performance.now();
  const result = await runInteractive(repository, command, interrupt);
  const durationMs = performance.now() - clock;
  return { repository, index, argv: command.argv, result, attempts: 1, startedAt, durationMs, peakMemoryBytes: null };
}
