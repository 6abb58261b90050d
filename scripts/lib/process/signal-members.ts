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
 * @returns How many of them were still there.
 */
export function signalMembers(members: ReadonlyMap<number, string>, signal: NodeJS.Signals, census: Census): number {
  const ownGroup = census.table.get(process.pid)?.pgrp;
  const doneGroups = new Set<number>();
  const asleep: number[] = [];
  let reached = 0;
  for (const [pid, startTime] of members) {
    const stat = readProcess(pid);
    if (stat === null || !isLive(stat) || stat.startTime !== startTime) continue;
    reached += 1;
    if (stat.state === "T") asleep.push(pid);
    if (doneGroups.has(stat.pgrp)) continue;
    const isWhole = (census.byGroup.get(stat.pgrp) ?? []).every((other) => members.get(other.pid) === other.startTime);
    if (isWhole && stat.pgrp > 1 && stat.pgrp !== ownGroup) {
      doneGroups.add(stat.pgrp);
      send(-stat.pgrp, signal);
    } else {
      send(pid, signal);
    }
  }
  if (signal === "SIGKILL" || signal === "SIGSTOP") return reached;
  for (const pid of asleep) if (readProcess(pid)?.startTime === members.get(pid)) send(pid, "SIGCONT");
  return reached;
}

function send(target: number, signal: NodeJS.Signals): void {
  try {
    process.kill(target, signal);
  } catch {
    // ESRCH: it was faster. EPERM: another user's.
  }
}
