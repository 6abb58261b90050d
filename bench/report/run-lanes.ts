import { median } from "../measure/median.ts";
import type { RunLane } from "../measure/race-runners.ts";
import type { RunSample } from "../measure/run-sample.ts";
import type { Runner, Task } from "../runners/runner.ts";
import { inMs } from "./goal.ts";

/** Median of one runner of a race, by its name; NaN where it gave nothing. */
export function runMedian(
  lanes: readonly RunLane[],
  name: string,
  value: (sample: RunSample) => number = ({ ms }) => ms,
): number {
  const lane = lanes.find(({ runner }) => runner.name === name);
  return median((lane?.samples ?? []).map(value));
}

/** The worst of all rounds. */
export function runWorst(lanes: readonly RunLane[], name: string, value: (sample: RunSample) => number): number {
  const lane = lanes.find(({ runner }) => runner.name === name);
  const values = (lane?.samples ?? []).map(value);
  return values.length === 0 ? Number.NaN : Math.max(...values);
}

/** "—": it cannot do this; what its file says why. */
export function timeCell(lanes: readonly RunLane[], task: Task, runner: Runner): string {
  if (runner.cannot[task] !== undefined) return "—";
  if (runner.missing() !== null) return "missing";
  const ms = runMedian(lanes, runner.name);
  return Number.isFinite(ms) ? inMs(ms) : "failed";
}

export function runFaults(title: string, lanes: readonly RunLane[]): readonly string[] {
  return lanes.flatMap(({ runner, failures }) =>
    failures.map((failure) => `${title}: ${runner.name} failed: ${failure}`),
  );
}
