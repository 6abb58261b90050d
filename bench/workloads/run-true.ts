import { readFileSync } from "node:fs";
import { notOnceEach } from "../measure/not-once-each.ts";
import { atMost, ratioGoal } from "../report/goal.ts";
import { nodeStart } from "../runners/node-start.ts";
import { runCounts } from "./run-counts.ts";
import type { Workload } from "./workload.ts";

export const runTrue: Workload = runCounts({
  name: "run-true",
  summary: "a `true` that leaves a mark, in 10, 50 and 200 repositories, by 10 workers",
  task: "true",
  counts: [10, 50, 200],
  argvOf: (bench) => (round) => [bench.programs.mark, round.path("marks")],
  omitted: (round, repositories) =>
    notOnceEach(readFileSync(round.path("marks"), "utf8").split("\n").filter(Boolean), repositories),
  goals: (msOf) => [
    ratioGoal("200 repositories, to floor", msOf("groundswell", 200), msOf("floor", 200), 4),
    atMost("10 repositories, over node's own start", msOf("groundswell", 10) - msOf(nodeStart.name, 10), 100, "ms"),
  ],
});
