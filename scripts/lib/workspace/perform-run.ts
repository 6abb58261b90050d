import type { FoundRepository, Repository } from "../model/repository.ts";
import type { RunEvent } from "../model/run-event.ts";
import type { RunOutcome } from "../model/run-outcome.ts";
import type { WorkspacePaths } from "../model/workspace.ts";
import { MemorySampler } from "./memory-sampler.ts";
import { openCommands } from "./open-commands.ts";
import type { RunPlan } from "./plan-run.ts";
import type { Reaped } from "./reap-abandoned.ts";
import { type ComposedCommand, runEach } from "./run-each.ts";
import type { RunOutput } from "./run-output.ts";

/** So many lines are told of what a failed command wrote last. */
const toldLines = 20;

export interface PerformedRun {
  /** In the order of the repositories. */
  readonly outcomes: readonly RunOutcome[];
  /** Those that were not ok, with what their commands wrote last. */
  readonly failures: readonly { readonly outcome: RunOutcome; readonly lastLines: readonly string[] }[];
  /** What ended it, where the commands had our terminal and its signals; else null. */
  readonly signal: NodeJS.Signals | null;
}

/**
 * Runs a planned command in the repositories, its output where `openOutput` says, everything it does on record until it has ended.
 *
 * @throws {UserError} `WORKSPACE_UNWRITABLE`, before anything is begun.
 */
export async function performRun(
  repositories: readonly Repository[],
  plan: RunPlan,
  world: {
    readonly paths: WorkspacePaths;
    readonly killGraceMs: number;
    readonly interrupt: AbortSignal;
    readonly force: AbortSignal;
    readonly compose: (repository: FoundRepository, index: number) => ComposedCommand;
    /** @param folder For files that are gone when the run has ended; absolute. */
    readonly openOutput: (folder: string) => RunOutput;
    readonly emit: (event: RunEvent) => void;
    readonly onReaped: (reaped: Reaped) => void;
    /** Once, when what runs cannot be recorded any more. */
    readonly onUnrecorded: (errno: string) => void;
  },
): Promise<PerformedRun> {
  const commands = await openCommands(world.paths, world.onUnrecorded);
  try {
    world.onReaped(commands.reaped);
    const output = world.openOutput(commands.folder);
    const outcomes = await runEach(repositories, {
      ...plan,
      ...world,
      workspaceId: commands.workspaceId,
      journal: commands.journal,
      runPrefix: commands.runPrefix,
      memory: new MemorySampler(),
      captureOf: (repository, index) => output.captureOf(repository, index),
      emit(event) {
        world.emit(event);
        if (event.type === "command-ended") output.ended(event.outcome);
      },
    });
    await output.written();
    const failures = await Promise.all(
      outcomes
        .filter(({ result }) => result.kind !== "ok")
        .map(async (outcome) => ({ outcome, lastLines: await output.lastLines(outcome.index, toldLines) })),
    );
    return { outcomes, failures, signal: null };
  } finally {
    commands.close();
  }
}
