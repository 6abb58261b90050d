import { raceRunners } from "../measure/race-runners.ts";
import type { RunSample } from "../measure/run-sample.ts";
import { atMost, ratioGoal, times } from "../report/goal.ts";
import { runFaults, runMedian, runWorst, timeCell } from "../report/run-lanes.ts";
import { peerRunners, runners } from "../runners/runners.ts";
import { makeWorkspace } from "../workspaces/make-workspace.ts";
import type { Workload } from "./workload.ts";

const linesEach = 500_000;

export const runVolume: Workload = {
  name: "run-volume",
  summary:
    "5 repositories write 50 MB each at the same time, names in front of lines of 100 bytes, through a pipe to a reader that looks at every one",
  peers: peerRunners,
  async run(bench) {
    const all = runners(bench.programs);
    const workspace = makeWorkspace(bench, bench.isSmoke ? 3 : 5);
    const lines = bench.isSmoke ? linesEach / 100 : linesEach;
    const lanes = await raceRunners(bench, all, {
      title: this.name,
      task: "volume",
      workspace,
      workers: workspace.repositories.length,
      lines,
      argvOf: () => [bench.programs.torrent, String(lines)],
      // Lost lines are what is measured here; nothing at all is no measure.
      omitted: (_, { lost }) => (lost === lines * workspace.repositories.length ? "has shown nothing whole" : null),
    });
    const ms = (runner: string) => runMedian(lanes, runner);
    const worst = (runner: string, value: (sample: RunSample) => number) => runWorst(lanes, runner, value);
    const peakMb = (runner: string) => worst(runner, ({ peakKb }) => peakKb / 1024);
    const [lost, torn] = [
      (runner: string) => worst(runner, (sample) => sample.lost),
      (runner: string) => worst(runner, (sample) => sample.torn),
    ];
    const rows = all.map((runner) => [
      runner.name,
      timeCell(lanes, "volume", runner),
      times(ms(runner.name) / ms("floor")),
      shown(lost(runner.name), 0),
      shown(torn(runner.name), 0),
      shown(peakMb(runner.name), 1),
    ]);
    const wrong = lost("groundswell") + torn("groundswell");
    return {
      tables: [{ columns: ["runner", "ms", "to floor", "lines lost", "damaged", "most memory, MB"], rows }],
      goals: [
        ratioGoal("to floor", ms("groundswell"), ms("floor"), 2),
        atMost("lines lost", lost("groundswell"), 0, "lines"),
        atMost("lines damaged", torn("groundswell"), 0, "lines"),
        atMost("most memory", peakMb("groundswell"), 100, "MB"),
      ],
      faults: [
        ...runFaults(this.name, lanes),
        ...(wrong > 0
          ? [`${this.name}: groundswell: ${lost("groundswell")} lines lost, ${torn("groundswell")} damaged`]
          : []),
      ],
    };
  },
};

function shown(value: number, digits: number): string {
  return Number.isFinite(value) ? value.toFixed(digits) : "–";
}
