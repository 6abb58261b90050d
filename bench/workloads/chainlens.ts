import { make } from "../engines/make.ts";
import { wireit } from "../engines/wireit.ts";
import { ratioGoal } from "../report/goal.ts";
import { chainlens as shapes } from "../stacks/shapes.ts";
import { startRace } from "./start-race.ts";
import type { Workload } from "./workload.ts";

export const chainlens: Workload = startRace({
  name: "chainlens",
  summary: "redis 300 ms → backend 800 → worker 600 and frontend 1,200 → monitor 200: critical path 2,500 ms",
  peers: [make, wireit],
  shapes: shapes(),
  fewShapes: shapes().map((shape) => ({ ...shape, readyAfterMs: shape.readyAfterMs / 20 })),
  goals: (of) => [ratioGoal("start returned, to limit", of("groundswell").startMs, of("limit").startMs, 1.08)],
});
