import type { RunOutcome, RunTotals } from "../model/run-outcome.ts";

/**
 * Counts how a command ended everywhere.
 *
 * @returns Exit code 0: all ok; 2: some; 1: none. What was skipped counts as not ok. Of no outcomes at all: 0.
 */
export function aggregateOutcomes(outcomes: readonly RunOutcome[]): RunTotals {
  const count = (...kinds: readonly RunOutcome["result"]["kind"][]): number =>
    outcomes.filter(({ result }) => kinds.includes(result.kind)).length;
  const total = outcomes.length;
  const [ok, timedOut, skipped] = [count("ok"), count("timed-out"), count("skipped")];
  const exitCode = ok === total ? 0 : ok > 0 ? 2 : 1;
  return { total, ok, failed: total - ok - timedOut - skipped, timedOut, skipped, exitCode };
}
