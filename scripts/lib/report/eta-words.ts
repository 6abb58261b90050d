import { durationWords, elapsedWords } from "./duration-words.ts";

/** What is over before one has read of it needs no forecast. */
const leastMs = 300;

/** "ready in about 4.1 s"; null where that is not worth a word. */
export function expectedWords(expectedMs: number | null): string | null {
  return expectedMs === null || expectedMs < leastMs ? null : `ready in about ${elapsedWords(expectedMs)}`;
}

/** "about 1.2 s left"; null where that is not worth a word. */
export function leftWords(leftMs: number | null): string | null {
  return leftMs === null || leftMs < leastMs ? null : `about ${elapsedWords(leftMs)} left`;
}

/** Whether something takes longer than starts differ from each other. */
export function isOverdue(elapsedMs: number, usualMs: number): boolean {
  return elapsedMs > usualMs * 1.5 + 500;
}

/** What to say of a service that has been starting for so long: what is left, or that it usually is faster. null: nothing is known, or worth a word. */
export function startingEta(elapsedMs: number, usualMs: number | undefined): string | null {
  if (usualMs === undefined) return null;
  if (isOverdue(elapsedMs, usualMs)) {
    return `longer than the usual ${usualMs < 100 ? durationWords(usualMs) : elapsedWords(usualMs)}`;
  }
  // A clock that was set back tells of times that are still to come.
  return leftWords(usualMs - Math.max(0, elapsedMs));
}
