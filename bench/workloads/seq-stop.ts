import { groundswell, groundswellOneByOne } from "../engines/groundswell.ts";
import { race } from "../measure/race.ts";
import { atLeast } from "../report/goal.ts";
import { laneFaults } from "../report/lane-faults.ts";
import { laneTable } from "../report/lane-table.ts";
import { timesOf } from "../report/lane-times.ts";
import { independent } from "../stacks/shapes.ts";
import { stackOf } from "../stacks/stack.ts";
import type { Workload } from "./workload.ts";

export const seqStop: Workload = {
  name: "seq-stop",
  summary:
    "5 services that take 1 s to end: all at once against ENABLE_PARALLEL_OPERATIONS=false. The most that can be gained is 80 %",
  peers: [],
  async run(bench) {
    const shapes = independent(5).map((shape) => ({ ...shape, termMs: bench.isSmoke ? 50 : 1000 }));
    const lanes = await race(bench, this.name, [groundswell, groundswellOneByOne], stackOf(bench.firstPort, shapes));
    const gained = 1 - timesOf(lanes, groundswell.name).stopMs / timesOf(lanes, groundswellOneByOne.name).stopMs;
    return {
      tables: [laneTable(lanes, "stop")],
      goals: [atLeast("stop, faster than one by one by", 100 * gained, 75, "%")],
      faults: laneFaults(this.name, lanes),
    };
  },
};
