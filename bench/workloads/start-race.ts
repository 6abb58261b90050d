import { contestants } from "../engines/engines.ts";
import type { Engine } from "../engines/engine.ts";
import type { Bench } from "../measure/bench.ts";
import { race } from "../measure/race.ts";
import { laneFaults } from "../report/lane-faults.ts";
import { laneTable } from "../report/lane-table.ts";
import { type LaneTimes, timesOf } from "../report/lane-times.ts";
import type { Goal } from "../report/report.ts";
import { type Stack, stackOf } from "../stacks/stack.ts";
import type { Workload } from "./workload.ts";

type Shapes = Parameters<typeof stackOf>[1];

interface StartRace extends Pick<Workload, "name" | "summary"> {
  readonly peers: readonly Engine[];
  readonly shapes: Shapes;
  /** For the smoke run: as small as shows that everything works. */
  readonly fewShapes: Shapes;
  readonly settings?: Partial<Stack>;
  /** Groundswell once more, set otherwise. */
  readonly variants?: readonly Engine[];
  readonly goals: (of: (engine: string) => LaneTimes) => readonly Goal[];
}

/** A workload whose measure is the start; every engine that can do it takes part. */
export function startRace({
  name,
  summary,
  peers,
  shapes,
  fewShapes,
  settings,
  variants = [],
  goals,
}: StartRace): Workload {
  return {
    name,
    summary,
    peers,
    async run(bench: Bench) {
      const stack = stackOf(bench.firstPort, bench.isSmoke ? fewShapes : shapes, settings);
      const lanes = await race(bench, name, [...contestants(bench.programs, ...peers), ...variants], stack);
      return {
        tables: [laneTable(lanes, "start")],
        goals: goals((engine) => timesOf(lanes, engine)),
        faults: laneFaults(name, lanes),
      };
    },
  };
}
