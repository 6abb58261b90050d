import { lstatSync } from "node:fs";
import { type ProcessStat, isAboutTheProcess, isLive, readProcFile } from "./proc-table.ts";

/** The environment variable every service is started with, and all it starts inherits. It finds what left the tree, the session and the group. */
export const markerVariable = "GROUNDSWELL_SERVICE";

export interface Marker {
  /** 12 hex digits: `WorkspacePaths.id`. */
  readonly workspaceId: string;
  readonly service: string;
  readonly runId: string;
}

/** The value of the variable. No part may hold a colon. */
export function markerText(marker: Marker): string {
  return `${marker.workspaceId}:${marker.service}:${marker.runId}`;
}

/** Whether a marker of the same workspace names this run. */
export function isRunOf(run: { readonly service: string; readonly runId: string }, marker: Marker): boolean {
  return run.service === marker.service && run.runId === marker.runId;
}

/**
 * The marker a process of our user was started with. Null says nothing: many programs (redis, postgres) overwrite their environment.
 */
export function readMarker(pid: number): Marker | null {
  const entries = readEnvironment(pid);
  const entry = entries?.find((text) => text.startsWith(`${markerVariable}=`));
  return entry === undefined ? null : parseMarker(entry.slice(markerVariable.length + 1));
}

/**
 * Every live process of our user that bears a marker of this workspace.
 *
 * @param startedAfter A start time; processes that are older are not looked at, which saves most of the reading.
 */
export function findMarked(
  workspaceId: string,
  table: ReadonlyMap<number, ProcessStat>,
  startedAfter: string = "0",
): readonly { pid: number; marker: Marker }[] {
  const found: { pid: number; marker: Marker }[] = [];
  for (const stat of table.values()) {
    // Session 0 is the kernel's own threads, which have no environment.
    if (stat.session === 0 || !isLive(stat) || Number(stat.startTime) < Number(startedAfter)) continue;
    if (stat.pid === process.pid) continue;
    const marker = readMarker(stat.pid);
    if (marker?.workspaceId === workspaceId) found.push({ pid: stat.pid, marker });
  }
  return found;
}

function parseMarker(text: string): Marker | null {
  const [workspaceId, service, runId, ...more] = text.split(":");
  if (workspaceId === undefined || service === undefined || runId === undefined || more.length > 0) return null;
  return workspaceId === "" || service === "" || runId === "" ? null : { workspaceId, service, runId };
}

/** The environment a process was started with, as far as it still stands there; null when it is not ours. */
function readEnvironment(pid: number): readonly string[] | null {
  try {
    // root may read every environment, but only its own processes are its own.
    if (process.geteuid?.() !== lstatSync(`/proc/${pid}`).uid) return null;
  } catch (error) {
    if (isAboutTheProcess(error)) return null;
    throw error;
  }
  return readProcFile(`/proc/${pid}/environ`)?.split("\0") ?? null;
}
