import { groundswellInWaves } from "../engines/groundswell.ts";
import { make } from "../engines/make.ts";
import { wireit } from "../engines/wireit.ts";
import { ratioGoal } from "../report/goal.ts";
import { skewed } from "../stacks/shapes.ts";
import { startRace } from "./start-race.ts";
import type { Workload } from "./workload.ts";

export const skew: Workload = startRace({
  name: "skew",
  summary: "two chains, slow in different waves: waves need 3,000 ms, the graph (`--strategy eager`) 2,100 ms",
  peers: [make, wireit],
  variants: [groundswellInWaves],
  shapes: skewed(),
  fewShapes: skewed().map((shape) => ({ ...shape, readyAfterMs: shape.readyAfterMs / 20 })),
  settings: { strategy: "eager" },
  goals: (of) => [ratioGoal("eager start, to limit", of("groundswell").startMs, of("limit").startMs, 1.06)],
});
