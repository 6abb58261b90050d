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
  return askForMarker(pid).marker;
}

/**
 * The same, and whether the answer is final. It is not while the process replaces its program (its environment is about to appear), nor when it is
 * about to end or has ended (it may have passed its marker on to a child we have not seen).
 */
export function askForMarker(pid: number): { readonly marker: Marker | null; readonly isFinal: boolean } {
  if (!isOurs(pid)) return { marker: null, isFinal: readProcFile(`/proc/${pid}/stat`) !== null };
  for (let attempt = 0; attempt < 3; attempt += 1) {
    const text = readProcFile(`/proc/${pid}/environ`) ?? "";
    if (text !== "") return { marker: markerIn(text), isFinal: true };
    const size = environmentSize(pid);
    if (size === null) return { marker: null, isFinal: false };
    if (size === 0) return { marker: null, isFinal: true };
    // It has appeared in between.
  }
  return { marker: null, isFinal: false };
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

function markerIn(environment: string): Marker | null {
  const entry = environment.split("\0").find((text) => text.startsWith(`${markerVariable}=`));
  return entry === undefined ? null : parseMarker(entry.slice(markerVariable.length + 1));
}

/** root may read every environment, but only its own processes are its own. */
function isOurs(pid: number): boolean {
  try {
    return process.geteuid?.() === lstatSync(`/proc/${pid}`).uid;
  } catch (error) {
    if (isAboutTheProcess(error)) return false;
    throw error;
  }
}

/** Bytes of its environment; null while it has none, not even an empty one. Fields 50 and 51 of /proc/PID/stat are where it begins and ends. */
function environmentSize(pid: number): number | null {
  const stat = readProcFile(`/proc/${pid}/stat`) ?? "";
  const [start = "0", end = "0"] = stat
    .slice(stat.lastIndexOf(")") + 2)
    .split(" ")
    .slice(47, 49);
  return Number(end) === 0 ? null : Number(end) - Number(start);
}
