import { closeSync, fstatSync, ftruncateSync, openSync, readSync, renameSync, statSync, writeSync } from "node:fs";
import { join } from "node:path";
import type { WorkspacePaths } from "../model/workspace.ts";

/** A log of events, one JSON document a line. */
export interface EventLog {
  /** Kept for some tenths of a second, then written in one piece with others. */
  readonly add: (event: object) => void;
  /** Writes what is kept. */
  readonly flush: () => void;
}

/** A write costs as much as a tenth of a spawn: events of a start are written when most of it is over. */
const keptMs = 250;

/**
 * `logs/events.ndjson`, mode 0600. The first line of a file carries `schemaVersion`. A file that would grow beyond `mostBytes` becomes
 * events.ndjson.1, in the place of the one before. Where nothing can be written, events are lost, and nothing else.
 *
 * @param complain Told the first time events cannot be written: on a disk that is about full, some fit and some do not.
 */
export function eventLog(
  paths: WorkspacePaths,
  complain: (message: string) => void,
  mostBytes = 10 * 1024 * 1024,
): EventLog {
  const file = join(paths.logs, "events.ndjson");
  let kept: object[] = [];
  let timer: NodeJS.Timeout | null = null;
  let hasComplained = false;

  function flush(): void {
    if (timer !== null) clearTimeout(timer);
    timer = null;
    if (kept.length === 0) return;
    const events = kept;
    kept = [];
    try {
      append(file, events, mostBytes);
    } catch (error) {
      if (!hasComplained) complain(`${file} cannot be written, events are lost: ${String(error)}`);
      hasComplained = true;
    }
  }

  return {
    add(event) {
      kept.push(event);
      timer ??= setTimeout(flush, keptMs);
    },
    flush,
  };
}

function append(file: string, events: readonly object[], mostBytes: number): void {
  const text = events.map((event) => `${JSON.stringify(event)}\n`).join("");
  const before = statSync(file, { throwIfNoEntry: false })?.size ?? 0;
  if (before > 0 && before + text.length > mostBytes) renameSync(file, `${file}.1`);
  const descriptor = openSync(file, "a+", 0o600);
  try {
    const { size } = fstatSync(descriptor);
    writeWhole(descriptor, size === 0 ? versioned(events) : `${missingBreak(descriptor, size)}${text}`, size);
  } finally {
    closeSync(descriptor);
  }
}

function versioned([first, ...others]: readonly object[]): string {
  return [{ schemaVersion: 1, ...first }, ...others].map((event) => `${JSON.stringify(event)}\n`).join("");
}

/** Whoever wrote last may have been killed in the middle of a line. */
function missingBreak(descriptor: number, size: number): string {
  const last = Buffer.alloc(1);
  readSync(descriptor, last, 0, 1, size - 1);
  return last.toString() === "\n" ? "" : "\n";
}

/** All of it or nothing: half a line would spoil the next one. */
function writeWhole(descriptor: number, text: string, size: number): void {
  const bytes = Buffer.from(text);
  try {
    for (let written = 0; written < bytes.length;) written += writeSync(descriptor, bytes, written);
  } catch (error) {
    ftruncateSync(descriptor, size);
    throw error;
  }
}
