import { expectedStartMs } from "../model/expected-start-ms.ts";
import { isSettled } from "../model/service-state.ts";
import { type BoardModel, type BoardService, rowOf } from "./board-model.ts";
import { isOverdue, leftWords } from "./eta-words.ts";

/**
 * What is left of the whole start, by what each service usually takes: "about 4.1 s left", or that it takes longer than usual. Null where one that is not
 * settled has no history, and where that is not worth a word.
 */
export function boardEta(model: BoardModel, now: number): string | null {
  if (model.doing !== "starting" || model.services.length === 0) return null;
  const { strategy, waves, usual } = model;
  const isSlow = model.services.some((row) => {
    const usualMs = usual.get(row.name);
    return isTrying(row) && usualMs !== undefined && isOverdue(elapsedOf(row, now), usualMs);
  });
  if (isSlow) return "longer than usual";
  const waitsFor = Object.fromEntries(model.services.map(({ name, needs }) => [name, needs]));
  const leftMs = expectedStartMs({ strategy, waves, waitsFor }, (name) => {
    const row = rowOf(model, name);
    if (!row || isSettled(row.state)) return 0;
    const usualMs = usual.get(name);
    return usualMs === undefined ? null : Math.max(0, usualMs - elapsedOf(row, now));
  });
  return leftWords(leftMs);
}

function isTrying({ state }: BoardService): boolean {
  return state.phase === "starting" || state.phase === "backoff";
}

function elapsedOf(row: BoardService, now: number): number {
  return isTrying(row) && row.since !== null ? Math.max(0, now - row.since) : 0;
}
