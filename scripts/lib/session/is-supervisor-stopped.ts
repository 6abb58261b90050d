import type { WorkspacePaths } from "../model/workspace.ts";
import { readProcess } from "../process/proc-table.ts";
import { supervisorOnRecord } from "./end-silent-supervisor.ts";

/** Whether the supervisor lives and is stopped (SIGSTOP, a debugger): it will not answer, however long one waits. */
export function isSupervisorStopped(paths: WorkspacePaths): boolean {
  const identity = supervisorOnRecord(paths);
  if (identity === null) return false;
  const { state } = readProcess(identity.pid) ?? { state: "" };
  return state === "T" || state === "t";
}
