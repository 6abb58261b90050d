import type { Lane } from "../measure/race.ts";
import { median } from "../measure/median.ts";

/** Medians of a lane, in ms; NaN where it gave nothing. */
export interface LaneTimes {
  /** Until all is ready and, where start ends by itself, has said so. */
  readonly startMs: number;
  readonly readyMs: number;
  readonly graphMs: number;
  readonly firstSpawnMs: number;
  readonly stopMs: number;
}

export function laneTimes({ engine, samples }: Lane): LaneTimes {
  const of = (value: (sample: Lane["samples"][number]) => number) => median(samples.map(value));
  return {
    startMs: of(({ startMs, readyMs }) => (engine.staysInForeground ? readyMs : Math.max(startMs, readyMs))),
    readyMs: of(({ readyMs }) => readyMs),
    graphMs: of(({ graphMs }) => graphMs),
    firstSpawnMs: of(({ firstSpawnMs }) => firstSpawnMs),
    stopMs: of(({ stopMs }) => stopMs),
  };
}

/** The times of one engine of a race, by its name. */
export function timesOf(lanes: readonly Lane[], name: string): LaneTimes {
  const lane = lanes.find(({ engine }) => engine.name === name);
  const nothing = {
    startMs: Number.NaN,
    readyMs: Number.NaN,
    graphMs: Number.NaN,
    firstSpawnMs: Number.NaN,
    stopMs: Number.NaN,
  };
  return lane ? laneTimes(lane) : nothing;
}
