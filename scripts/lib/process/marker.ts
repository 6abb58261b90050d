import { lstatSync } from "node:fs";
import { type ProcessStat, isAboutTheProcess, isLive, readProcFile } from "./proc-table.ts";

/**
 * The environment variables that services and the commands of `run` and `watch` are started with, and all they start inherits: they find what left
 * the tree, the session and the group. Two, since a service may run commands, and is to be found by its own marker all the same.
 */
export const markerVariables = { service: "GROUNDSWELL_SERVICE", run: "GROUNDSWELL_RUN" } as const;

/** Neither: for what is to belong to nobody. */
export const unmarked = { [markerVariables.service]: undefined, [markerVariables.run]: undefined } as const;

export interface Marker {
  /** 12 hex digits: `WorkspacePaths.id`. Of commands: `commandsOf` it. */
  readonly workspaceId: string;
  readonly service: string;
  readonly runId: string;
}

/** The id under which a workspace's commands are known, which no service bears. */
export function commandsOf(workspaceId: string): string {
  return `${workspaceId}-commands`;
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
 * The markers a process of our user was started with. None says nothing: many programs (redis, postgres) overwrite their environment.
 */
export function readMarkers(pid: number): readonly Marker[] {
  return askForMarkers(pid).markers;
}

/**
 * The same, and whether the answer is final. It is not while the process replaces its program (its environment is about to appear), nor when it is
 * about to end or has ended (it may have passed its marker on to a child we have not seen).
 */
export function askForMarkers(pid: number): { readonly markers: readonly Marker[]; readonly isFinal: boolean } {
  if (!isOurs(pid)) return { markers: [], isFinal: readProcFile(`/proc/${pid}/stat`) !== null };
  for (let attempt = 0; attempt < 3; attempt += 1) {
    const text = readProcFile(`/proc/${pid}/environ`) ?? "";
    if (text !== "") return { markers: markersIn(text), isFinal: true };
    const size = environmentSize(pid);
    if (size === null) return { markers: [], isFinal: false };
    if (size === 0) return { markers: [], isFinal: true };
    // It has appeared in between.
  }
  return { markers: [], isFinal: false };
}

/** The one of this workspace among a process's markers. */
export function markerOf(workspaceId: string, markers: readonly Marker[]): Marker | null {
  return markers.find((marker) => marker.workspaceId === workspaceId) ?? null;
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
    const marker = markerOf(workspaceId, readMarkers(stat.pid));
    if (marker !== null) found.push({ pid: stat.pid, marker });
  }
  return found;
}

function parseMarker(text: string): Marker | null {
  const [workspaceId, service, runId, ...more] = text.split(":");
  if (workspaceId === undefined || service === undefined || runId === undefined || more.length > 0) return null;
  return workspaceId === "" || service === "" || runId === "" ? null : { workspaceId, service, runId };
}

function markersIn(environment: string): readonly Marker[] {
  const entries = environment.split("\0");
  return Object.values(markerVariables)
    .map((variable) => entries.find((text) => text.startsWith(`${variable}=`))?.slice(variable.length + 1))
    .map((value) => (value === undefined ? null : parseMarker(value)))
    .filter((marker) => marker !== null);
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
