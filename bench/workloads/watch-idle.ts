import { setTimeout as pause } from "node:timers/promises";
import { cpuMs } from "../measure/cpu-ms.ts";
import { median } from "../measure/median.ts";
import { memoryMb } from "../measure/memory-mb.ts";
import type { Watch } from "../measure/open-watch.ts";
import { processesOf } from "../measure/processes-of.ts";
import { watchRounds } from "../measure/watch-rounds.ts";
import { atMost } from "../report/goal.ts";
import { peerRunners, runners } from "../runners/runners.ts";
import { makeWorkspace } from "../workspaces/make-workspace.ts";
import type { Workload } from "./workload.ts";

interface Idle {
  readonly rssMb: number;
  /** Of the tool and of every process that stands between it and the watchers. */
  readonly pssOfAllMb: number;
  readonly helpers: number;
  readonly cpuPercent: number;
}

const columns = ["runner", "RSS, MB", "other processes", "PSS of all, MB", "CPU of all, % of a core"];

export const watchIdle: Workload = {
  name: "watch-idle",
  summary: "20 watchers that write nothing: what the process costs that keeps them",
  peers: peerRunners,
  async run(bench) {
    const all = runners(bench.programs);
    const workspace = makeWorkspace(bench, bench.isSmoke ? 3 : 20);
    const [settleMs, observedMs] = bench.isSmoke ? [0, 200] : [3000, 8000];
    const lanes = await watchRounds(bench, all, { title: this.name, task: "watch", workspace }, async (watch) => {
      await pause(settleMs);
      return await observe(watch, observedMs);
    });
    const of = (runner: string, value: (one: Idle) => number) =>
      median((lanes.find((lane) => lane.runner.name === runner)?.results ?? []).map(value));
    const rows = all.map(({ name, cannot }) =>
      cannot.watch === undefined
        ? [
            name,
            shown(
              of(name, ({ rssMb }) => rssMb),
              1,
            ),
            shown(
              of(name, ({ helpers }) => helpers),
              0,
            ),
            shown(
              of(name, ({ pssOfAllMb }) => pssOfAllMb),
              1,
            ),
            shown(
              of(name, ({ cpuPercent }) => cpuPercent),
              2,
            ),
          ]
        : [name, "—", "—", "—", "—"],
    );
    return {
      tables: [{ columns, rows }],
      goals: [
        atMost(
          "CPU while idle",
          of("groundswell", ({ cpuPercent }) => cpuPercent),
          0.5,
          "% of a core",
        ),
        atMost(
          "RSS",
          of("groundswell", ({ rssMb }) => rssMb),
          90,
          "MB",
        ),
      ],
      faults: lanes.flatMap(({ runner, failures }) =>
        failures.map((failure) => `${this.name}: ${runner.name} failed: ${failure}`),
      ),
    };
  },
};

async function observe({ pid, folder, watchers }: Watch, ms: number): Promise<Idle> {
  const isWatcher = new Set(watchers.map((one) => one.pid));
  const pids = processesOf(folder).map((one) => one.pid);
  const between = pids.filter((one) => !isWatcher.has(one));
  const [begin, before] = [performance.now(), new Map(between.map((one) => [one, cpuMs(one)]))];
  await pause(ms);
  // What has ended meanwhile has no time any more to compare.
  const used = between.reduce((sum, one) => sum + Math.max(0, cpuMs(one) - (before.get(one) ?? 0)), 0);
  const cpuPercent = (100 * used) / (performance.now() - begin);
  const pssOfAllMb = between.reduce((sum, one) => sum + memoryMb(one).pss, 0);
  return { rssMb: memoryMb(pid).rss, pssOfAllMb, helpers: between.length - 1, cpuPercent };
}

function shown(value: number, digits: number): string {
  return Number.isFinite(value) ? value.toFixed(digits) : "–";
}
