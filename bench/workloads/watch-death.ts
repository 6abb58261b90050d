import { setTimeout as pause } from "node:timers/promises";
import { median } from "../measure/median.ts";
import { watchRounds } from "../measure/watch-rounds.ts";
import { atMost, inMs, times } from "../report/goal.ts";
import { peerRunners, runners } from "../runners/runners.ts";
import { makeWorkspace } from "../workspaces/make-workspace.ts";
import type { Workload } from "./workload.ts";

export const watchDeath: Workload = {
  name: "watch-death",
  summary: "10 of 20 watchers die, one after another: from its own stamp to the line that says so",
  peers: peerRunners,
  async run(bench) {
    const all = runners(bench.programs);
    const [watchers, deaths] = bench.isSmoke ? [3, 1] : [20, 10];
    const workspace = makeWorkspace(bench, watchers);
    const lanes = await watchRounds(bench, all, { title: this.name, task: "death", workspace }, async (watch) => {
      // Who starts with a second in which a watcher that ends has never been started, has that behind it then.
      await pause(1100);
      const ms: number[] = [];
      for (const watcher of watch.watchers.slice(0, deaths)) {
        ms.push(await watch.deathOf(watcher));
        await pause(50);
      }
      return ms;
    });
    const of = (runner: string) => lanes.find((lane) => lane.runner.name === runner)?.results.flat() ?? [];
    const rows = all.map(({ name, cannot }) =>
      cannot.death === undefined
        ? [name, inMs(median(of(name))), inMs(slowest(of(name))), times(median(of(name)) / median(of("floor")))]
        : [name, "—", "—", "—"],
    );
    return {
      tables: [{ columns: ["runner", "death to line, ms", "slowest, ms", "to floor"], rows }],
      goals: [atMost("slowest, from a death to the line", slowest(of("groundswell")), 100, "ms")],
      faults: lanes.flatMap(({ runner, failures }) =>
        failures.map((failure) => `${this.name}: ${runner.name} failed: ${failure}`),
      ),
    };
  },
};

function slowest(all: readonly number[]): number {
  return all.length === 0 ? Number.NaN : Math.max(...all);
}
