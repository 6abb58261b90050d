import { setTimeout as delay } from "node:timers/promises";
import { type KillTarget, killServices } from "../process/kill-services.ts";
import { groupIsEmpty } from "../process/members.ts";
import type { PidRecord } from "../process/pid-file.ts";
import { readProcessTable } from "../process/proc-table.ts";

/** What a kill needs to know of a record. */
export function killTargetOf(record: PidRecord, graceCapMs: number | null): KillTarget {
  const { service, pid, startTime, bootId, pidNs, pgid, runId, stopSignal, graceMs, ports, keepAlive } = record;
  return {
    service,
    leader: { pid, startTime, bootId, pidNs },
    pgid,
    runId,
    stopSignal,
    graceMs: graceCapMs === null ? graceMs : Math.min(graceMs, graceCapMs),
    ports,
    keepAlive,
  };
}

/** Ends one service's process and all that belongs to it, quietly. @returns true when nothing is left. */
export async function endProcess(
  record: PidRecord,
  workspaceId: string,
  options: { graceCapMs: number | null },
): Promise<boolean> {
  const { survivors } = await killServices([killTargetOf(record, options.graceCapMs)], {
    workspaceId,
    force: null,
    ordered: false,
    onWaiting: () => {},
    onEnded: () => {},
  });
  return survivors.length === 0;
}

/** How long processes of a service may outlive its leader before they are ended. */
const orphanPatienceMs = 1_000;

/**
 * After the leader's death: waits until nothing of its group and session lives, at most 1 s, then ends the rest.
 * A service has ended only then; no new run starts beside a member of the old one.
 *
 * @returns false when something lives on, or `signal` ended the wait.
 */
export async function endRemainder(record: PidRecord, workspaceId: string, signal: AbortSignal): Promise<boolean> {
  const until = performance.now() + orphanPatienceMs;
  while (!groupIsEmpty(record, readProcessTable())) {
    if (signal.aborted) return false;
    if (performance.now() > until) {
      return endProcess(record, workspaceId, { graceCapMs: null });
    }
    await delay(20);
  }
  return true;
}
