import { identityOf } from "../process/identity.ts";
import type { KillTarget } from "../process/kill-services.ts";
import { findMarked, type Marker } from "../process/marker.ts";
import { readProcessTable } from "../process/proc-table.ts";

/** What no record speaks of any more gets this long to end. */
const leftoverGraceMs = 5_000;

/** A kill target for a process known only by its marker. @returns null when it has gone. */
export function leftoverTarget(pid: number, marker: Marker): KillTarget | null {
  const leader = identityOf(pid);
  if (leader === null) return null;
  return {
    service: marker.service,
    leader,
    pgid: pid,
    runId: marker.runId,
    stopSignal: "SIGTERM",
    graceMs: leftoverGraceMs,
    ports: [],
    keepAlive: [],
  };
}

/**
 * Processes of this workspace that no record names: spawned just before a supervisor was killed, or left by one.
 *
 * @param known Run ids that are on record.
 * @param startedAfter A start time; older processes are not looked at, which saves most of the work. Default: all are.
 * @returns One target for each run id.
 */
export function findLeftovers(
  workspaceId: string,
  known: ReadonlySet<string>,
  startedAfter: string = "0",
): readonly KillTarget[] {
  const targets = new Map<string, KillTarget>();
  for (const { pid, marker } of findMarked(workspaceId, readProcessTable(), startedAfter)) {
    if (known.has(marker.runId) || targets.has(marker.runId)) continue;
    const target = leftoverTarget(pid, marker);
    if (target !== null) targets.set(marker.runId, target);
  }
  return [...targets.values()];
}
