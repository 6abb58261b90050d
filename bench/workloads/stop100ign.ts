import { concurrently } from "../engines/concurrently.ts";
import { contestants, peers as others } from "../engines/engines.ts";
import { mprocs } from "../engines/mprocs.ts";
import { pm2 } from "../engines/pm2.ts";
import { wireit } from "../engines/wireit.ts";
import { race } from "../measure/race.ts";
import { atMost } from "../report/goal.ts";
import { laneFaults } from "../report/lane-faults.ts";
import { laneTable } from "../report/lane-table.ts";
import { timesOf } from "../report/lane-times.ts";
import { survivorGoal } from "../report/survivor-goal.ts";
import { independent } from "../stacks/shapes.ts";
import { stackOf } from "../stacks/stack.ts";
import type { Workload } from "./workload.ts";

const peers = [concurrently, mprocs, pm2, wireit];

export const stop100ign: Workload = {
  name: "stop100ign",
  summary: "10 of 100 services ignore SIGTERM; 2 s of grace; who takes longer than 40 s is taken not to end",
  peers,
  async run(bench) {
    const shapes = independent(bench.isSmoke ? 5 : 100).map((shape, index) => ({
      ...shape,
      ignoresTerm: index % 10 === 0,
    }));
    const stack = stackOf(bench.firstPort, shapes, { graceMs: bench.isSmoke ? 200 : 2000 });
    // Some peers never end here: that is what this shows, and the smoke run does not.
    const some = bench.isSmoke ? [] : peers;
    const lanes = await race(bench, this.name, contestants(bench.programs, ...some), stack, { deadlineMs: 40_000 });
    return {
      tables: [laneTable(lanes, "stop")],
      goals: [atMost("stop", timesOf(lanes, "groundswell").stopMs, 2100, "ms"), survivorGoal(lanes)],
      faults: laneFaults(
        this.name,
        lanes.filter(({ engine }) => !others.includes(engine)),
      ),
    };
  },
};
