import { readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { WorkspacePaths } from "../model/workspace.ts";

/** The last start-up times of each service by its name, from its spawn to ready, in whole milliseconds; the newest last. */
export type History = ReadonlyMap<string, readonly number[]>;

/** So many times of one service are enough to tell what is usual. */
const keptTimes = 10;
/** Services that were not started for long go first. */
const keptServices = 1_000;

const nothing: History = new Map();

/** What `.groundswell/history.json` tells. Nothing, where it is missing, damaged, or of a later format: estimates are no reason to fail. */
export function readHistory(paths: WorkspacePaths): History {
  const reading = read(paths);
  return reading === "later" ? nothing : reading;
}

/**
 * Adds the times of one start, whole and at once (temporary file, rename), mode 0600. A file of a later format is left alone.
 *
 * @throws What the file system says, where it cannot be written.
 */
export function addToHistory(paths: WorkspacePaths, startups: ReadonlyMap<string, number>): void {
  const before = read(paths);
  if (before === "later" || startups.size === 0) return;
  const after = new Map(before);
  for (const [name, startupMs] of startups) {
    // Anew at the end: who was started last, stays longest.
    after.delete(name);
    after.set(name, [...(before.get(name) ?? []), Math.round(startupMs)].slice(-keptTimes));
  }
  const services = Object.fromEntries(
    [...after].slice(-keptServices).map(([name, startupMs]) => [name, { startupMs }]),
  );
  const file = historyFileOf(paths);
  const temporary = `${file}.${process.pid}.tmp`;
  try {
    writeFileSync(temporary, JSON.stringify({ format: 1, services }), { mode: 0o600 });
    renameSync(temporary, file);
  } catch (error) {
    rmSync(temporary, { force: true });
    throw error;
  }
}

function historyFileOf(paths: WorkspacePaths): string {
  return join(paths.state, "history.json");
}

function read(paths: WorkspacePaths): History | "later" {
  let value: unknown;
  try {
    value = JSON.parse(readFileSync(historyFileOf(paths), "utf8"));
  } catch {
    return nothing;
  }
  if (typeof value !== "object" || value === null || !("format" in value)) return nothing;
  if (typeof value.format === "number" && value.format > 1) return "later";
  if (value.format !== 1 || !("services" in value)) return nothing;
  if (typeof value.services !== "object" || value.services === null) return nothing;
  return new Map(Object.entries(value.services).flatMap(([name, one]) => timesOf(name, one)));
}

function timesOf(name: string, value: unknown): (readonly [string, readonly number[]])[] {
  if (typeof value !== "object" || value === null || !("startupMs" in value)) return [];
  if (!Array.isArray(value.startupMs)) return [];
  const times = value.startupMs.filter((time: unknown) => typeof time === "number" && time >= 0);
  return times.length === 0 ? [] : [[name, times.slice(-keptTimes)]];
}
