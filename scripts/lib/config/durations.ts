/** The longest a timer can wait: 2³¹ − 1 ms, about 24 days. A longer one would fire at once. */
export const longestMs = 2_147_483_647;

const unitMs: Readonly<Record<string, number>> = { h: 3_600_000, m: 60_000, s: 1_000, ms: 1, us: 0.001 };
const wholeDuration = /^(?:\d+(?:\.\d+)?|\.\d+)(?:h|ms|m|s|us)(?:(?:\d+(?:\.\d+)?|\.\d+)(?:h|ms|m|s|us))*$/;
const oneStep = /(\d+(?:\.\d+)?|\.\d+)(h|ms|m|s|us)/g;

/** A plain decimal number, not negative: `60`, `0.5`, `.5`. null for anything else, `1e3`, `0x10` and "" among it. */
export function parseDecimal(text: string): number | null {
  return /^(?:\d+(?:\.\d*)?|\.\d+)$/.test(text.trim()) ? Number(text) : null;
}

/**
 * A duration as Compose writes it: `1s`, `500ms`, `1m30s`, `2h`, `1.5s`; a plain number is seconds.
 *
 * @returns Whole milliseconds, at least 1 for anything above 0; null when it is no duration or beyond `longestMs`.
 */
export function parseDuration(text: string): number | null {
  const seconds = parseDecimal(text);
  return seconds === null ? parseUnits(text.trim()) : secondsToMs(seconds);
}

/** @returns null beyond `longestMs`. */
export function secondsToMs(seconds: number): number | null {
  return inRange(seconds * 1_000);
}

function parseUnits(text: string): number | null {
  if (!wholeDuration.test(text)) return null;
  const steps = [...text.matchAll(oneStep)];
  return inRange(steps.reduce((sum, [, amount, unit]) => sum + Number(amount) * (unitMs[unit ?? ""] ?? 0), 0));
}

function inRange(ms: number): number | null {
  if (ms > longestMs) return null;
  return ms > 0 ? Math.max(1, Math.round(ms)) : 0;
}
