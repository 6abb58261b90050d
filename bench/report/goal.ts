import type { Goal } from "./report.ts";

/** A ratio of two times of one run. Not met, too, where one of them is missing. */
export function ratioGoal(what: string, ours: number, theirs: number, most: number): Goal {
  const ratio = ours / theirs;
  return { what, wanted: `≤ ${most} ×`, got: times(ratio), isMet: ratio <= most };
}

export function atMost(what: string, got: number, most: number, unit: string): Goal {
  return { what, wanted: `≤ ${most} ${unit}`, got: `${inUnit(got)} ${unit}`, isMet: got <= most };
}

export function atLeast(what: string, got: number, least: number, unit: string): Goal {
  return { what, wanted: `≥ ${least} ${unit}`, got: `${inUnit(got)} ${unit}`, isMet: got >= least };
}

export function times(ratio: number): string {
  return Number.isFinite(ratio) ? `${ratio.toFixed(2)} ×` : "–";
}

export function inMs(ms: number): string {
  return Number.isFinite(ms) ? (ms < 100 ? ms.toFixed(1) : ms.toFixed(0)) : "–";
}

function inUnit(value: number): string {
  return Number.isInteger(value) ? String(value) : value.toFixed(Math.abs(value) < 10 ? 2 : 1);
}
