import { raceRunners } from "../measure/race-runners.ts";
import { ratioGoal, times } from "../report/goal.ts";
import { runFaults, runMedian, timeCell } from "../report/run-lanes.ts";
import { peerRunners, runners } from "../runners/runners.ts";
import { makeWorkspace } from "../workspaces/make-workspace.ts";
import type { Workload } from "./workload.ts";

const seconds = 0.2;

export const runSleep: Workload = {
  name: "run-sleep",
  summary: `\`sleep ${seconds}\` in 200 repositories, by 10 workers: 200 / 10 × ${seconds} s = 4 s, if a runner costs nothing`,
  peers: peerRunners,
  async run(bench) {
    const workers = bench.isSmoke ? 2 : 10;
    const workspace = makeWorkspace(bench, bench.isSmoke ? 3 : 200);
    const all = runners(bench.programs);
    // Whoever has slept everywhere cannot have been quicker, and whoever was quicker has left something out or had more workers.
    const boundMs = Math.ceil(workspace.repositories.length / workers) * seconds * 1000;
    const lanes = await raceRunners(bench, all, {
      title: this.name,
      task: "sleep",
      workspace,
      workers,
      argvOf: () => ["sleep", String(seconds)],
      omitted: (_, { ms }) => (ms < boundMs ? `ended after ${ms} ms of ${boundMs}` : null),
    });
    const ms = (runner: string) => runMedian(lanes, runner);
    const rows = all.map((runner) => [
      runner.name,
      timeCell(lanes, "sleep", runner),
      times(ms(runner.name) / ms("floor")),
      times(ms(runner.name) / boundMs),
    ]);
    return {
      tables: [{ columns: ["runner", "ms", "to floor", `to ${boundMs} ms`], rows }],
      goals: [ratioGoal("to floor", ms("groundswell"), ms("floor"), 1.05)],
      faults: runFaults(this.name, lanes),
    };
  },
};
