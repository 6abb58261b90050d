import * as fc from "fast-check";
import { expect, test } from "vitest";
import { inTurn } from "../../../scripts/lib/workspace/in-turn.ts";
import { holds } from "../../support/holds.ts";
import { sampleOutcome } from "../../support/sample-run.ts";

const outcome = (index: number) => sampleOutcome(`r${index}`, { kind: "ok" }, { index });

test("in any order they come: in that order, or in that of the repositories; one at a time, and nobody is left out", async () => {
  const arrivals = fc.integer({ min: 0, max: 12 }).chain((count) => {
    const indices = Array.from({ length: count }, (_, at) => at + 1);
    return fc.shuffledSubarray(indices, { minLength: count });
  });
  await holds(
    200,
    fc.asyncProperty(arrivals, fc.constantFrom("completion" as const, "config" as const), async (indices, order) => {
      const seen: number[] = [];
      let isBusy = false;
      const { add, done } = inTurn(order, async ({ index }) => {
        expect(isBusy).toBe(false);
        isBusy = true;
        await Promise.resolve();
        seen.push(index);
        isBusy = false;
      });
      for (const index of indices) add(outcome(index));
      await done();
      expect(seen).toEqual(order === "completion" ? indices : indices.toSorted((a, b) => a - b));
    }),
  );
});

test("config: what may be shown is shown at once, not only at the end", async () => {
  const seen: number[] = [];
  const { add, done } = inTurn("config", async ({ index }) => void seen.push(index));
  add(outcome(2));
  await done();
  expect(seen).toEqual([]);
  add(outcome(1));
  await done();
  expect(seen).toEqual([1, 2]);
});

test("what goes wrong is told to whoever waits", async () => {
  const { add, done } = inTurn("completion", async () => {
    throw new Error("broken");
  });
  add(outcome(1));
  await expect(done()).rejects.toThrow("broken");
});
