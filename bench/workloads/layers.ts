import { make } from "../engines/make.ts";
import { wireit } from "../engines/wireit.ts";
import { ratioGoal } from "../report/goal.ts";
import { inLayers } from "../stacks/shapes.ts";
import { startRace } from "./start-race.ts";
import type { Workload } from "./workload.ts";

export const layers: Workload = startRace({
  name: "layers",
  summary: "10 layers of 20 services, each ready after 10 ms and in need of the whole layer before",
  peers: [make, wireit],
  shapes: inLayers(10, 20),
  fewShapes: inLayers(3, 3),
  goals: (of) => [
    ratioGoal("start, to floor", of("groundswell").startMs, of("floor").startMs, 1.25),
    ratioGoal("start, to make", of("groundswell").startMs, of("make").startMs, 1),
  ],
});
