import type { WorkspacePaths } from "../model/workspace.ts";
import { isSupervisorStopped } from "./is-supervisor-stopped.ts";
import { type Reached, reachSupervisor } from "./reach-supervisor.ts";

/** A supervisor that has nothing else to do answers within this. */
const usualPatienceMs = 500;
/** On a machine under load it may take longer; only one that is stopped (SIGSTOP, a debugger) will not answer at all. */
const longPatienceMs = 5_000;

/**
 * Connects to the supervisor if there is one, and takes care not to call a busy one dead.
 *
 * @param patienceMs How long one that is stopped may take to say hello.
 */
export async function reachPatiently(
  paths: WorkspacePaths,
  version: string,
  patienceMs = usualPatienceMs,
): Promise<Reached> {
  const reached = await reachSupervisor(paths, version, patienceMs);
  if (reached.kind !== "silent" || isSupervisorStopped(paths)) return reached;
  return reachSupervisor(paths, version, longPatienceMs);
}
