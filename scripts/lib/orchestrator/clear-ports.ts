import type { FailureReason } from "../model/service-state.ts";
import { killServices } from "../process/kill-services.ts";
import { markerOf, readMarkers } from "../process/marker.ts";
import { holdersOf, readListeners } from "../process/ports.ts";
import { leftoverTarget } from "./leftovers.ts";
import type { ServiceRun } from "./service-run.ts";
import type { World } from "./world.ts";

/**
 * Before the first wave: fails each service whose declared port is taken, naming the holder. A holder proven ours (its marker bears this workspace)
 * that is no running service's is a leftover: it is ended and reported. A stranger is never touched.
 *
 * @param toStart The pending services of the plan.
 * @param isRunning Whether a run id belongs to a service that is meant to run.
 */
export async function clearPorts(
  toStart: readonly ServiceRun[],
  world: World,
  isRunning: (runId: string) => boolean,
): Promise<void> {
  const wanted = toStart.flatMap((run) => run.spec.ports.map(({ port }) => ({ run, port })));
  if (wanted.length === 0) return;
  const ports = wanted.map(({ port }) => port);
  // What was taken when this supervisor was launched may be free by now; then it is looked at again.
  const isTaken = (await world.recentListeners()).some(({ port }) => ports.includes(port));
  if (!isTaken) return;
  const holders = holdersOf(ports, await readListeners());
  for (const { run, port } of wanted) {
    const holder = holders.get(port);
    if (holder === undefined || run.state.phase !== "pending") continue;
    const marker = holder.pid === null ? null : markerOf(world.paths.id, readMarkers(holder.pid));
    const target =
      holder.pid !== null && marker !== null && !isRunning(marker.runId) ? leftoverTarget(holder.pid, marker) : null;
    if (target !== null) {
      world.emit({ type: "leftover-killed", at: Date.now(), service: target.service, pid: target.leader.pid, port });
      const { survivors } = await killServices([target], quietly(world));
      if (survivors.length === 0) continue;
    }
    const reason: FailureReason = { kind: "port-taken", port, pid: holder.pid, command: holder.command };
    run.apply(run.beginLife(), { type: "failed", reason, evidence: { attempts: 0, lastProbe: null, listening: [] } });
  }
}

export function quietly({ paths }: World) {
  return { workspaceId: paths.id, force: null, ordered: false, onWaiting: () => {}, onEnded: () => {} };
}
