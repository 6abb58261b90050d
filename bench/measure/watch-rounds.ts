import type { Runner, Task } from "../runners/runner.ts";
import type { Workspace } from "../workspaces/workspace.ts";
import type { Bench } from "./bench.ts";
import { openWatch, type Watch } from "./open-watch.ts";

export interface WatchLane<Result> {
  readonly runner: Runner;
  readonly results: readonly Result[];
  readonly failures: readonly string[];
}

/** Runners take turns at keeping watchers, one in each repository, all at once. */
export async function watchRounds<Result>(
  bench: Bench,
  runners: readonly Runner[],
  { title, task, workspace }: { readonly title: string; readonly task: Task; readonly workspace: Workspace },
  observe: (watch: Watch) => Promise<Result>,
): Promise<readonly WatchLane<Result>[]> {
  const able = runners.filter((runner) => runner.missing() === null && runner.cannot[task] === undefined);
  const lanes = able.map((runner) => ({ runner, results: [] as Result[], failures: [] as string[] }));
  const job = { task, workspace, workers: workspace.repositories.length };
  for (let round = 1; round <= bench.rounds; round += 1) {
    const first = round % lanes.length;
    for (const { runner, results, failures } of [...lanes.slice(first), ...lanes.slice(0, first)]) {
      // It showed twice that it cannot.
      if (failures.length >= 2) continue;
      bench.say(`${title}: round ${round} of ${bench.rounds}, ${runner.name}`);
      try {
        const watch = await openWatch(bench, runner, job);
        try {
          results.push(await observe(watch));
        } finally {
          const left = await watch.close();
          // Of Groundswell alone: others leave it to the terminal to end what they have started.
          if (left.length > 0 && runner.name === "groundswell") failures.push(`left behind: ${left.join(", ")}`);
        }
      } catch (error) {
        failures.push(error instanceof Error ? error.message : String(error));
        bench.say(`${title}: ${runner.name} failed (${failures.at(-1)})`);
      }
    }
  }
  return lanes;
}
