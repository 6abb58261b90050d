import type { ProcessIdentity } from "../process/identity.ts";
import type { KillTarget } from "../process/kill-services.ts";
import type { Marker } from "../process/marker.ts";

/** A command in a repository, as something to be stopped. */
export function commandTarget(marker: Marker, leader: ProcessIdentity, graceMs: number): KillTarget {
  const { service, runId } = marker;
  return { service, runId, leader, pgid: leader.pid, stopSignal: "SIGTERM", graceMs, ports: [], keepAlive: [] };
}

/** What its processes bear. A repository's name may hold anything, a colon too. */
export function commandMarker(workspaceId: string, repository: string, runId: string): Marker {
  return { workspaceId, service: encodeURIComponent(repository.toWellFormed()), runId };
}
