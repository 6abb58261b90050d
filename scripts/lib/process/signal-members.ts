import type { Census } from "./census.ts";
import { errnoOf } from "../diagnostic/errno-of.ts";
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
 * @returns How many signals were sent (0: all had gone), and how many of them the system refused.
 */
export function signalMembers(
  members: ReadonlyMap<number, string>,
  signal: NodeJS.Signals,
  census: Census,
): { readonly sent: number; readonly refused: number } {
  const ownGroup = census.table.get(process.pid)?.pgrp;
  const doneGroups = new Set<number>();
  const asleep: number[] = [];
  let sent = 0;
  let refused = 0;
  for (const [pid, startTime] of members) {
    const seen = census.table.get(pid);
    if (seen?.state === "T") asleep.push(pid);
    if (seen !== undefined && doneGroups.has(seen.pgrp)) continue;
    const stat = readProcess(pid);
    if (stat === null || !isLive(stat) || stat.startTime !== startTime) continue;
    sent += 1;
    const isWhole = (census.byGroup.get(stat.pgrp) ?? []).every((other) => members.get(other.pid) === other.startTime);
    const isByGroup = isWhole && stat.pgrp > 1 && stat.pgrp !== ownGroup;
    if (isByGroup) doneGroups.add(stat.pgrp);
    if (!send(isByGroup ? -stat.pgrp : pid, signal)) refused += 1;
  }
  if (signal !== "SIGKILL" && signal !== "SIGSTOP") wake(asleep, members);
  return { sent, refused };
}

function wake(pids: readonly number[], members: ReadonlyMap<number, string>): void {
  for (const pid of pids) {
    const stat = readProcess(pid);
    if (stat?.state === "T" && stat.startTime === members.get(pid)) send(pid, "SIGCONT");
  }
}

/** false: it is another user's. */
function send(target: number, signal: NodeJS.Signals): boolean {
  try {
    process.kill(target, signal);
    return true;
  } catch (error) {
    // ESRCH: it was faster.
    return errnoOf(error) !== "EPERM";
  }
}
