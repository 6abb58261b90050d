import type { RunOutcome } from "../model/run-outcome.ts";

/**
 * Does something with each outcome, one after the other: in the order in which they come, or in that of the repositories.
 */
export function inTurn(
  order: "completion" | "config",
  act: (outcome: RunOutcome) => Promise<void>,
): { readonly add: (outcome: RunOutcome) => void; readonly done: () => Promise<void> } {
  const waiting = new Map<number, RunOutcome>();
  let next = 1;
  let last = Promise.resolve();
  const later = (outcome: RunOutcome): void => {
    last = last.then(() => act(outcome));
    // Whoever waits for `done` gets it; nobody else is to be ended by it.
    last.catch(() => {});
  };
  return {
    add(outcome) {
      if (order === "completion") return later(outcome);
      waiting.set(outcome.index, outcome);
      for (let ready = waiting.get(next); ready; ready = waiting.get(next)) {
        waiting.delete(next);
        next += 1;
        later(ready);
      }
    },
    done: () => last,
  };
}
