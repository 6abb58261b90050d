import { addOffspring, type Census } from "./census.ts";
import { type ProcessStat, isLive } from "./proc-table.ts";
import { pageSize, ticksPerSecond } from "./system-constants.ts";

export interface TreeUsage {
  /** Resident memory; pages that several of the processes share are counted for each. */
  readonly memoryBytes: number;
  /** User and system time since each started, and that of the children they have waited for. */
  readonly cpuSeconds: number;
  /** The live ones, in ascending order. */
  readonly pids: readonly number[];
}

/** What a service uses with all it has started: its tree, group and session, as far as they are alive in the table. */
export function treeUsage(leaderPid: number, pgid: number, census: Census): TreeUsage {
  const { table } = census;
  const found = new Map<number, string>();
  const leader = table.get(leaderPid) ?? null;
  if (leader !== null && isLive(leader)) found.set(leaderPid, leader.startTime);
  for (const index of [census.bySession, census.byGroup]) {
    for (const stat of index.get(pgid) ?? []) found.set(stat.pid, stat.startTime);
  }
  addOffspring(found, found.keys(), census);
  const stats = [...found.keys()].map((pid) => table.get(pid)).filter((stat) => stat !== undefined);
  const sum = (of: (stat: ProcessStat) => number): number => stats.reduce((total, stat) => total + of(stat), 0);
  return {
    memoryBytes: sum(({ residentPages }) => residentPages) * pageSize,
    cpuSeconds: sum(({ cpuTicks }) => cpuTicks) / ticksPerSecond,
    pids: [...found.keys()].toSorted((a, b) => a - b),
  };
}
