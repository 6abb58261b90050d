import type { Round } from "../engines/engine.ts";
import type { Bench } from "../measure/bench.ts";
import { raceRunners, type RunLane, type RunRace } from "../measure/race-runners.ts";
import { times } from "../report/goal.ts";
import type { Goal, Table } from "../report/report.ts";
import { runFaults, runMedian, timeCell } from "../report/run-lanes.ts";
import { nodeStart } from "../runners/node-start.ts";
import type { Task } from "../runners/runner.ts";
import { peerRunners, runners } from "../runners/runners.ts";
import { makeWorkspace } from "../workspaces/make-workspace.ts";
import type { Repository } from "../workspaces/workspace.ts";
import type { Workload } from "./workload.ts";

interface RunCounts extends Pick<Workload, "name" | "summary"> {
  readonly task: Task;
  /** Of repositories; each is a race of its own. */
  readonly counts: readonly number[];
  readonly argvOf: (bench: Bench) => RunRace["argvOf"];
  /** What was not done of the job; null: all of it was. */
  readonly omitted: (round: Round, repositories: readonly Repository[]) => string | null;
  readonly goals: (msOf: (runner: string, count: number) => number) => readonly Goal[];
}

/** A command that ends at once, in more and more repositories, by 10 workers. What Node itself costs is taken in the same rounds. */
export function runCounts({ name, summary, task, counts, argvOf, omitted, goals }: RunCounts): Workload {
  return {
    name,
    summary,
    peers: peerRunners,
    async run(bench) {
      const all = [...runners(bench.programs), nodeStart];
      const races = new Map<number, readonly RunLane[]>();
      for (const count of bench.isSmoke ? [3] : counts) {
        const workspace = makeWorkspace(bench, count);
        const lanes = await raceRunners(bench, all, {
          title: `${name}, ${count}`,
          task,
          workspace,
          workers: 10,
          argvOf: argvOf(bench),
          omitted: (round, _, runner) => (runner === nodeStart ? null : omitted(round, workspace.repositories)),
        });
        races.set(count, lanes);
      }
      const msOf = (runner: string, count: number) => runMedian(races.get(count) ?? [], runner);
      const rows = all.map((runner) => [
        runner.name,
        ...[...races].flatMap(([count, lanes]) => [
          timeCell(lanes, task, runner),
          times(msOf(runner.name, count) / msOf("floor", count)),
        ]),
      ]);
      const columns = ["runner", ...[...races.keys()].flatMap((count) => [`${count}, ms`, "to floor"])];
      const table: Table = { columns, rows };
      return {
        tables: [table],
        goals: goals(msOf),
        faults: [...races].flatMap(([count, lanes]) => runFaults(`${name}, ${count}`, lanes)),
      };
    },
  };
}
