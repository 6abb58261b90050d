import { userError } from "../diagnostic/user-error.ts";
import { parseDecimal, parseDuration } from "./durations.ts";

const date = /^\d{4}-\d\d-\d\d$/;
const isoTime = /^\d{4}-\d\d-\d\d[T ]\d\d:\d\d(?::\d\d(?:\.\d+)?)?(?:Z|[+-]\d\d:?\d\d)?$/;

/**
 * A point in the past as a user types it: how long ago (`90s`, `10m`, `1h30m`), or a time (`2026-11-25`, `2026-11-25T14:30`, with seconds
 * and a zone if need be; without one it is local).
 *
 * @param now Milliseconds since the epoch.
 * @returns Milliseconds since the epoch.
 * @throws {UserError} `USAGE` (exit code 64).
 */
export function parseSince(text: string, now: number): number {
  const trimmed = text.trim();
  // A number alone may mean seconds to one and a time stamp to another.
  const ago = parseDecimal(trimmed) === null ? parseDuration(trimmed) : null;
  if (ago !== null) return now - ago;
  const isDate = date.test(trimmed);
  // By itself, JavaScript takes a date alone for one in UTC.
  const time =
    isDate || isoTime.test(trimmed) ? Date.parse(isDate ? `${trimmed}T00:00` : trimmed.replace(" ", "T")) : Number.NaN;
  if (!Number.isNaN(time) && isInCalendar(trimmed)) return time;
  throw userError("USAGE", `--since must be a duration or a time, but is ${JSON.stringify(text)}`, {
    hint: "How long ago: 90s, 10m, 1h30m. Or when: 2026-11-25, 2026-11-25T14:30, 2026-11-25T14:30:00Z (without a zone: local time).",
    exitCode: 64,
  });
}

/** By itself, JavaScript takes February 31 for March 3. */
function isInCalendar(text: string): boolean {
  const day = text.slice(0, 10);
  return new Date(`${day}T00:00Z`).toISOString().startsWith(day);
}
