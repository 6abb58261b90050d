import { groundswell, groundswellOneByOne } from "../engines/groundswell.ts";
import type { Bench } from "../measure/bench.ts";
import { race } from "../measure/race.ts";
import { atMost, inMs } from "../report/goal.ts";
import { laneFaults } from "../report/lane-faults.ts";
import { timesOf } from "../report/lane-times.ts";
import { graphTimes } from "../stacks/graph-times.ts";
import { chainlens, independent, inLayers } from "../stacks/shapes.ts";
import { stackOf } from "../stacks/stack.ts";
import type { Workload } from "./workload.ts";

const columns = [
  "stack",
  "one by one, ms",
  "parallel, ms",
  "gained",
  "the graph allows",
  "critical path, ms",
  "over it",
  "over it, from the first spawn",
];

export const seqStart: Workload = {
  name: "seq-start",
  summary:
    "what parallel waves gain against ENABLE_PARALLEL_OPERATIONS=false, and how near they come to the critical path",
  peers: [],
  async run(bench) {
    const all = bench.isSmoke
      ? { chainlens: quick() }
      : { chainlens: chainlens(), layers: inLayers(10, 20), wide100: independent(100) };
    const compared = [];
    for (const [name, shapes] of Object.entries(all)) compared.push(await compare(bench, name, shapes));
    const sample = compared[0]?.overGraph ?? Number.NaN;
    return {
      tables: [{ columns, rows: compared.map(({ row }) => row) }],
      goals: [atMost("chainlens over its critical path, from the first spawn to the last ready", 100 * sample, 3, "%")],
      faults: compared.flatMap(({ faults }) => faults),
    };
  },
};

async function compare(bench: Bench, name: string, shapes: Parameters<typeof stackOf>[1]) {
  const stack = stackOf(bench.firstPort, shapes);
  const lanes = await race(bench, `seq-start, ${name}`, [groundswell, groundswellOneByOne], stack);
  const parallel = timesOf(lanes, groundswell.name);
  const oneByOne = timesOf(lanes, groundswellOneByOne.name);
  const { criticalPathMs, oneByOneMs } = graphTimes(stack);
  const over = (ms: number) => ms / criticalPathMs - 1;
  const row = [
    name,
    inMs(oneByOne.startMs),
    inMs(parallel.startMs),
    percent(1 - parallel.startMs / oneByOne.startMs),
    percent(1 - criticalPathMs / oneByOneMs),
    inMs(criticalPathMs),
    percent(over(parallel.startMs)),
    percent(over(parallel.graphMs)),
  ];
  return { row, overGraph: over(parallel.graphMs), faults: laneFaults(`seq-start, ${name}`, lanes) };
}

function quick(): ReturnType<typeof chainlens> {
  return chainlens().map((shape) => ({ ...shape, readyAfterMs: shape.readyAfterMs / 20 }));
}

function percent(part: number): string {
  return Number.isFinite(part) ? `${(100 * part).toFixed(1)} %` : "–";
}
