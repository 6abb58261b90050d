import { listWords } from "./list-words.ts";

/**
 * What is odd about the ports a service really listens on: "it listens on 8001 instead of 8000".
 *
 * @returns null when there is nothing to say: it listens on all it declared, or neither declares nor listens.
 */
export function portsFinding(listening: readonly number[], declared: readonly number[]): string | null {
  const missing = declared.filter((port) => !listening.includes(port));
  const others = listening.filter((port) => !declared.includes(port));
  if (declared.length === 0) return others.length === 0 ? null : `it listens on ${listWords(others, 5)}`;
  if (missing.length === 0) return null;
  if (others.length > 0) return `it listens on ${listWords(others, 5)} instead of ${listWords(missing, 5)}`;
  const right = listening.filter((port) => declared.includes(port));
  if (right.length > 0) return `it listens on ${listWords(right, 5)}, but not on ${listWords(missing, 5)}`;
  return `it listens on no port, but declares ${listWords(missing, 5)}`;
}
