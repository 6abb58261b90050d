import * as fc from "fast-check";
import { expect } from "vitest";

/** `SEED=n` repeats what a run with that seed has tried. CI asks every change the same questions; everybody else asks new ones. */
export const seed = Number(process.env["SEED"] ?? (process.env["CI"] ? 20_261_125 : Date.now() % 1e9));

/**
 * A property holds in so many random cases. The seed is said whether it does or not.
 *
 * @param sum What the cases were like, for the line that is printed.
 */
export async function holds<T>(numRuns: number, property: fc.IRawProperty<T>, sum = () => "all hold"): Promise<void> {
  const details = await fc.check(property, { seed, numRuns });
  const { failed, errorInstance, numRuns: tried } = details;
  if (failed) {
    throw new Error(`SEED=${seed}\n${fc.defaultReportMessage(details)}`, { cause: errorInstance });
  }
  // Not by console.log: vitest prints that with a timer, and a virtual clock's timers are not its own.
  process.stdout.write(`seed ${seed}: ${tried} × ${expect.getState().currentTestName ?? ""} (${sum()})\n`);
  expect(tried).toBe(numRuns);
}
