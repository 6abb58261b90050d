import { setTimeout as delay } from "node:timers/promises";
import { userError } from "../diagnostic/user-error.ts";
import type { SupervisorIdentity } from "../model/state-document.ts";
import type { WorkspacePaths } from "../model/workspace.ts";
import { isSameProcess } from "../process/identity.ts";
import { readState } from "../state/state-file.ts";

/** The supervisor that wrote state.json last, if that process still lives. */
export function supervisorOnRecord(paths: WorkspacePaths): SupervisorIdentity | null {
  const reading = readState(paths);
  const identity = reading.kind === "found" ? reading.document.supervisor : null;
  return identity !== null && isSameProcess(identity) ? identity : null;
}

/**
 * Kills a supervisor that holds the workspace and does not answer, after checking that the process is the one that wrote state.json.
 * Its services live on.
 *
 * @returns Its PID.
 * @throws {UserError} `SUPERVISOR_UNRESPONSIVE` when nothing proves which process it is, or it does not die within 5 s.
 */
export async function endSilentSupervisor(paths: WorkspacePaths): Promise<number> {
  const identity = supervisorOnRecord(paths);
  if (identity === null) {
    throw userError("SUPERVISOR_UNRESPONSIVE", `The supervisor of ${paths.root} holds its lock and does not answer`, {
      hint: `No record proves which process it is. Look for "supervisor ${paths.root}" in the process list and end it.`,
    });
  }
  process.kill(identity.pid, "SIGKILL");
  for (let waitedMs = 0; isSameProcess(identity); waitedMs += 10) {
    if (waitedMs > 5_000) {
      throw userError(
        "SUPERVISOR_UNRESPONSIVE",
        `The supervisor (pid ${identity.pid}) does not answer and cannot be killed`,
      );
    }
    await delay(10);
  }
  return identity.pid;
}
