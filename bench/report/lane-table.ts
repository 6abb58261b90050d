import type { Lane } from "../measure/race.ts";
import { inMs, times } from "./goal.ts";
import { laneTimes, timesOf } from "./lane-times.ts";
import type { Table } from "./report.ts";

/** A row for each engine, against the limit and the floor of the same run. */
export function laneTable(lanes: readonly Lane[], measured: "start" | "stop"): Table {
  const of = measured === "start" ? "startMs" : "stopMs";
  const [limitMs, floorMs] = [timesOf(lanes, "limit")[of], timesOf(lanes, "floor")[of]];
  const rows = lanes.map((lane) => {
    const { [of]: ms, readyMs } = laneTimes(lane);
    const most = (count: (sample: Lane["samples"][number]) => number) => Math.max(0, ...lane.samples.map(count));
    const { stops } = lane.engine;
    return [
      lane.engine.name,
      lane.samples.length === 0 ? (lane.failures[0]?.failure ?? "–") : inMs(ms),
      ...(measured === "start" ? [inMs(readyMs)] : []),
      times(ms / limitMs),
      times(ms / floorMs),
      String(most(({ violations }) => violations.length)),
      stops && lane.samples.length > 0 ? String(most(({ survivors }) => survivors)) : "–",
    ];
  });
  const measures = measured === "start" ? ["start, ms", "last ready, ms"] : ["stop, ms"];
  return { columns: ["engine", ...measures, "to limit", "to floor", "order broken", "survivors"], rows };
}
