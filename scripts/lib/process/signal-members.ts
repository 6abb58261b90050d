import type { Census } from "./census.ts";
import { isLive, readProcess } from "./proc-table.ts";

/**
 * Sends a signal to processes, each proven to be the one that was meant right before. Synchronous, and as near to at once as it gets: where
 * everything alive in a process group is meant, the group gets it in one call, which no fork escapes.
 *
 * A stopped process is woken, or it could not heed the signal. One that is gone, or that we may not signal, is passed over: whoever counts
 * the living afterwards will see it.
 *
 * @param members PID → start time.
 * @param census Taken just before.
 * @returns How many signals have found somebody: 0 when all had gone.
 */
export function signalMembers(members: ReadonlyMap<number, string>, signal: NodeJS.Signals, census: Census): number {
  const ownGroup = census.table.get(process.pid)?.pgrp;
  const doneGroups = new Set<number>();
  const asleep: number[] = [];
  let reached = 0;
  for (const [pid, startTime] of members) {
    const seen = census.table.get(pid);
    if (seen?.state === "T") asleep.push(pid);
    if (seen !== undefined && doneGroups.has(seen.pgrp)) continue;
    const stat = readProcess(pid);
    if (stat === null || !isLive(stat) || stat.startTime !== startTime) continue;
    reached += 1;
    const isWhole = (census.byGroup.get(stat.pgrp) ?? []).every((other) => members.get(other.pid) === other.startTime);
    if (isWhole && stat.pgrp > 1 && stat.pgrp !== ownGroup) {
      doneGroups.add(stat.pgrp);
      send(-stat.pgrp, signal);
    } else {
      send(pid, signal);
    }
  }
  if (signal !== "SIGKILL" && signal !== "SIGSTOP") wake(asleep, members);
  return reached;
}

function wake(pids: readonly number[], members: ReadonlyMap<number, string>): void {
  for (const pid of pids) {
    const stat = readProcess(pid);
    if (stat?.state === "T" && stat.startTime === members.get(pid)) send(pid, "SIGCONT");
  }
}

function send(target: number, signal: NodeJS.Signals): void {
  try {
    process.kill(target, signal);
  } catch {
    // ESRCH: it was faster. EPERM: another user's.
  }
}
