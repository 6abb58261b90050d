import { concurrently } from "../engines/concurrently.ts";
import { make } from "../engines/make.ts";
import { mprocs } from "../engines/mprocs.ts";
import { pm2 } from "../engines/pm2.ts";
import { wireit } from "../engines/wireit.ts";
import { ratioGoal } from "../report/goal.ts";
import { independent } from "../stacks/shapes.ts";
import { startRace } from "./start-race.ts";
import type { Workload } from "./workload.ts";

export const wide100: Workload = startRace({
  name: "wide100",
  summary:
    "100 services that need nobody, each ready after 10 ms; concurrently, mprocs and pm2 do not look whether it is",
  peers: [make, wireit, concurrently, mprocs, pm2],
  shapes: independent(100),
  fewShapes: independent(5),
  goals: (of) => [
    ratioGoal("start with health checks, to floor", of("groundswell").startMs, of("floor").startMs, 1.25),
  ],
});
