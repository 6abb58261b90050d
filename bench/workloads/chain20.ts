import { make } from "../engines/make.ts";
import { wireit } from "../engines/wireit.ts";
import { ratioGoal } from "../report/goal.ts";
import { inRow } from "../stacks/shapes.ts";
import { startRace } from "./start-race.ts";
import type { Workload } from "./workload.ts";

export const chain20: Workload = startRace({
  name: "chain20",
  summary: "20 services in a row, each ready after 10 ms",
  peers: [make, wireit],
  shapes: inRow(20),
  fewShapes: inRow(4),
  goals: (of) => [ratioGoal("start, to floor", of("groundswell").startMs, of("floor").startMs, 1.25)],
});
