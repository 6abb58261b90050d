/** Names of everything the stack keeps in Redis. */
export const redisKeys = {
  nextId: "chainlens:next-id",
  /** List of ids; the backend pushes on the left, the worker pops on the right. */
  queue: "chainlens:jobs",
  /** Number of jobs the workers have finished. */
  done: "chainlens:done",
  /** Hash of one job. */
  job: (id: string): string => `chainlens:job:${id}`,
} as const;

/** A job and its result are forgotten after an hour. */
export const jobLifetimeSeconds = 3_600;

/** What a job asks for. `difficulty`: hexadecimal zeros every block's hash begins with, 0 to 3. */
export interface JobOrder {
  readonly text: string;
  readonly difficulty: number;
}

const longestText = 2_000;
const wordPattern = /[\p{L}\p{N}']+/gu;

/** The words of a text, in lower case, in order. */
export function wordsIn(text: string): readonly string[] {
  return text.toLowerCase().match(wordPattern) ?? [];
}

/** @returns The order, or one line that says what is wrong with the body of `POST /jobs`. */
export function readJobOrder(
  body: unknown,
): { readonly ok: true; readonly order: JobOrder } | { readonly ok: false; readonly problem: string } {
  if (typeof body !== "object" || body === null || Array.isArray(body)) {
    return { ok: false, problem: 'the body must be an object such as {"text": "some words"}' };
  }
  const text = "text" in body ? body.text : undefined;
  const difficulty = "difficulty" in body ? body.difficulty : 2;
  if (typeof text !== "string") return { ok: false, problem: "text must be a string" };
  if (text.length > longestText) return { ok: false, problem: `text is longer than ${longestText} characters` };
  if (wordsIn(text).length === 0) return { ok: false, problem: "text holds no words" };
  if (typeof difficulty !== "number" || !Number.isInteger(difficulty) || difficulty < 0 || difficulty > 3) {
    return { ok: false, problem: "difficulty must be 0, 1, 2 or 3" };
  }
  return { ok: true, order: { text, difficulty } };
}
