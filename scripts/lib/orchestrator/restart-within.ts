import { announce } from "./prepare-start.ts";
import { followedBy } from "./replace-runs.ts";
import { type Stage, stopRuns } from "./stage.ts";
import type { Starting } from "./starting.ts";

/**
 * A restart of what is just being started does not wait for that start: one that hangs may be the reason to ask for it.
 *
 * @param names Of its members; empty: all of them.
 * @param isOver Whether the start has come to its end meanwhile: then nothing is begun anew.
 * @returns false when it is over.
 */
export async function restartWithin(
  stage: Stage,
  current: Starting,
  names: readonly string[],
  options: { readonly force: AbortSignal; readonly isOver: () => boolean },
): Promise<boolean> {
  const { waves, plan } = current;
  if (waves === null || plan === null) return false;
  const members = stage.table.of(plan);
  const followed = followedBy(
    members.map(({ spec }) => spec),
    names,
  );
  const runs = members.filter(({ name, isUnderway }) => isUnderway && (names.length === 0 || followed.has(name)));
  const goOn = waves.hold();
  try {
    announce(
      stage.world,
      runs.map((run) => ({ run, because: "asked", keys: [] })),
    );
    const stopping = stopRuns(stage, runs, options.force);
    const before = new Map(runs.map((run) => [run, run.stops]));
    await stopping;
    if (options.isOver()) return false;
    // What somebody else has stopped meanwhile stays stopped.
    waves.again(runs.filter((run) => run.state.phase === "killed" && run.stops === before.get(run)));
    return true;
  } finally {
    goOn();
  }
}
