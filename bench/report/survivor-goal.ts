import type { Lane } from "../measure/race.ts";
import type { Goal } from "./report.ts";

/** Counted at the very moment Groundswell's stop returns. */
export function survivorGoal(lanes: readonly Lane[]): Goal {
  const samples = lanes.find(({ engine }) => engine.name === "groundswell")?.samples ?? [];
  const most = Math.max(...samples.map(({ lingering }) => lingering));
  return {
    what: "survivors when stop returns",
    wanted: "0",
    got: samples.length === 0 ? "–" : String(most),
    isMet: most === 0,
  };
}
