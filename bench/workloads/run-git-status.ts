import { readFileSync } from "node:fs";
import { notOnceEach } from "../measure/not-once-each.ts";
import { ratioGoal } from "../report/goal.ts";
import { runCounts } from "./run-counts.ts";
import type { Workload } from "./workload.ts";

const slower = ["mr", "gita", "vcs", "pnpm", "parallel"];

export const runGitStatus: Workload = runCounts({
  name: "run-git-status",
  summary: "`git status` in 50 and 200 repositories, by 10 workers; gita, which has none, starts all at once",
  task: "status",
  counts: [50, 200],
  argvOf: () => () => ["git", "status"],
  omitted: (round, repositories) => {
    // Each has a branch of its own name.
    const branches = readFileSync(round.path("output/run"), "utf8").matchAll(/On branch (\w+)/g);
    return notOnceEach(
      [...branches].map(([, name = ""]) => name),
      repositories,
    );
  },
  goals: (msOf) => [
    ratioGoal("200 repositories, to floor", msOf("groundswell", 200), msOf("floor", 200), 2.2),
    ...slower.map((peer) => ratioGoal(`200 repositories, to ${peer}`, msOf("groundswell", 200), msOf(peer, 200), 1)),
  ],
});
