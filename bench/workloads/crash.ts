import { contestants } from "../engines/engines.ts";
import { groundswell } from "../engines/groundswell.ts";
import { mprocs } from "../engines/mprocs.ts";
import { pm2 } from "../engines/pm2.ts";
import { supervisor } from "../engines/supervisor.ts";
import { type Crash, crashEach } from "../measure/crash-each.ts";
import { median } from "../measure/median.ts";
import { race } from "../measure/race.ts";
import { atMost, inMs, times } from "../report/goal.ts";
import { laneFaults } from "../report/lane-faults.ts";
import { independent } from "../stacks/shapes.ts";
import { stackOf } from "../stacks/stack.ts";
import type { Workload } from "./workload.ts";

const peers = [mprocs, pm2, supervisor];
const columns = ["engine", "kill to start, ms", "slowest, ms", "to limit", "to floor", "not restarted", "twice"];

export const crash: Workload = {
  name: "crash",
  summary: "each of 10 services is killed by SIGKILL once: how long until its next run begins",
  peers,
  async run(bench) {
    const stack = stackOf(bench.firstPort, independent(bench.isSmoke ? 2 : 10), { restarts: true });
    // The smoke run has seen supervisor in log1; it takes seconds to start and to stop.
    const some = bench.isSmoke ? [mprocs, pm2] : peers;
    const crashes = new Map<string, Crash[]>();
    const lanes = await race(bench, this.name, contestants(bench.programs, ...some), stack, {
      deadlineMs: 60_000,
      whileUp: async (_, round, { name }) => {
        crashes.set(name, [...(crashes.get(name) ?? []), ...(await crashEach(stack, round))]);
      },
    });
    const of = (engine: string) => crashes.get(engine) ?? [];
    const count = (engine: string, is: (one: Crash) => boolean) => of(engine).filter(is).length;
    const ms = (engine: string) => of(engine).flatMap(({ restartMs, runs }) => (runs > 0 ? [restartMs] : []));
    const middle = (engine: string) => median(ms(engine));
    const rows = lanes.map(({ engine: { name } }) => [
      name,
      inMs(middle(name)),
      inMs(Math.max(...ms(name))),
      times(middle(name) / middle("limit")),
      times(middle(name) / middle("floor")),
      String(count(name, ({ runs }) => runs === 0)),
      String(count(name, ({ runs }) => runs > 1)),
    ]);
    const wrong = of(groundswell.name).filter(({ runs }) => runs !== 1);
    return {
      tables: [{ columns, rows }],
      goals: [atMost("from the kill to the next run's start", middle(groundswell.name), 10, "ms")],
      faults: [
        ...laneFaults(this.name, lanes),
        ...wrong.map(({ name, runs }) => `${this.name}: groundswell: ${name} was restarted ${runs} times, not once`),
      ],
    };
  },
};
