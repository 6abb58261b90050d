import type { ServiceStatus } from "../model/state-document.ts";
import type { StatusRow } from "./status-row.ts";

/** The document of `status --json`. */
export interface StatusDocument {
  readonly schemaVersion: 1;
  readonly workspace: string;
  readonly root: string;
  readonly supervisor: { readonly pid: number } | null;
  readonly services: readonly StatusRow[];
  readonly summary: { readonly total: number; readonly ready: number; readonly failed: number };
}

export function statusDocument(
  workspace: { readonly name: string; readonly root: string },
  supervisorPid: number | null,
  services: readonly StatusRow[],
): StatusDocument {
  const count = (...phases: readonly ServiceStatus["phase"][]): number =>
    services.filter(({ phase }) => phases.includes(phase)).length;
  return {
    schemaVersion: 1,
    workspace: workspace.name,
    root: workspace.root,
    supervisor: supervisorPid === null ? null : { pid: supervisorPid },
    services,
    summary: {
      total: services.length,
      ready: count("ready", "completed"),
      failed: count("failed", "timeout", "unhealthy", "skipped"),
    },
  };
}

/** 0: all that is wanted is ready; 1: some is not; 3: nothing runs. What was stopped or never started is not wanted. */
export function statusExitCode(services: readonly ServiceStatus[]): 0 | 1 | 3 {
  if (services.every(({ pid }) => pid === null)) return 3;
  const wanted = services.filter(({ phase }) => phase !== "killed" && phase !== "pending");
  return wanted.every(({ phase }) => phase === "ready" || phase === "completed") ? 0 : 1;
}
