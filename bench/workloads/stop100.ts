import { concurrently } from "../engines/concurrently.ts";
import { contestants } from "../engines/engines.ts";
import { mprocs } from "../engines/mprocs.ts";
import { pm2 } from "../engines/pm2.ts";
import { wireit } from "../engines/wireit.ts";
import { race } from "../measure/race.ts";
import { ratioGoal } from "../report/goal.ts";
import { laneFaults } from "../report/lane-faults.ts";
import { laneTable } from "../report/lane-table.ts";
import { timesOf } from "../report/lane-times.ts";
import { survivorGoal } from "../report/survivor-goal.ts";
import { independent } from "../stacks/shapes.ts";
import { stackOf } from "../stacks/stack.ts";
import type { Workload } from "./workload.ts";

const peers = [concurrently, mprocs, pm2, wireit];

export const stop100: Workload = {
  name: "stop100",
  summary:
    "100 services, each with a child of its own that does not listen to anybody but signals: 200 processes to end",
  peers,
  async run(bench) {
    const shapes = independent(bench.isSmoke ? 5 : 100).map((shape) => ({ ...shape, hasGrandchild: true }));
    const lanes = await race(bench, this.name, contestants(bench.programs, ...peers), stackOf(bench.firstPort, shapes));
    const { stopMs } = timesOf(lanes, "groundswell");
    return {
      tables: [laneTable(lanes, "stop")],
      goals: [ratioGoal("stop, to floor", stopMs, timesOf(lanes, "floor").stopMs, 1.6), survivorGoal(lanes)],
      faults: laneFaults(this.name, lanes),
    };
  },
};
