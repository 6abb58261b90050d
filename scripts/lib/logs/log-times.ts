import { appendFileSync, readFileSync, renameSync, statSync, writeFileSync } from "node:fs";

/** At this time the log had grown to this logical offset: what is before it was written by then, what is behind it later. */
export interface LogTime {
  /** Milliseconds since the epoch. */
  readonly at: number;
  readonly offset: number;
}

const mostBytes = 64 * 1024;

/** Both rise from line to line; a line that does not fit (the log was cut off by somebody, the clock was set back) begins anew. */
export function readLogTimes(file: string): readonly LogTime[] {
  let text: string;
  try {
    text = readFileSync(file, "utf8");
  } catch {
    return [];
  }
  const times: LogTime[] = [];
  for (const line of text.split("\n")) {
    const [at, offset] = line.split(" ").map(Number);
    if (!Number.isSafeInteger(at) || !Number.isSafeInteger(offset) || line === "") continue;
    while (times.length > 0 && isAfter(times.at(-1), at ?? 0, offset ?? 0)) times.pop();
    times.push({ at: at ?? 0, offset: offset ?? 0 });
  }
  return times;
}

function isAfter(last: LogTime | undefined, at: number, offset: number): boolean {
  return last !== undefined && (last.at > at || last.offset > offset);
}

/**
 * Appends to the file; one of 64 KiB is thinned out: every second of its older half goes, so that what is long past is known less
 * exactly. Mode 0600.
 *
 * @throws the errno error.
 */
export function appendLogTimes(file: string, times: readonly LogTime[]): void {
  appendFileSync(file, textOf(times), { mode: 0o600 });
  if (statSync(file).size < mostBytes) return;
  const all = readLogTimes(file);
  const thinned = all.filter((_, index) => index > all.length / 2 || index % 2 === 0);
  writeFileSync(`${file}.tmp`, textOf(thinned), { mode: 0o600 });
  renameSync(`${file}.tmp`, file);
}

function textOf(times: readonly LogTime[]): string {
  return times.map(({ at, offset }) => `${at} ${offset}\n`).join("");
}

/**
 * Where to begin to see all that was written since a time: nothing of it is left out, a little from before may be seen.
 *
 * @returns null when no note is old enough: all that is known is younger.
 */
export function offsetSince(times: readonly LogTime[], since: number): number | null {
  return times.findLast(({ at }) => at <= since)?.offset ?? null;
}
