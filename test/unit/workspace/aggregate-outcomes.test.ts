import { expect, test } from "vitest";
import { aggregateOutcomes } from "../../../scripts/lib/workspace/aggregate-outcomes.ts";
import { everyResult, sampleOutcome } from "../../support/sample-run.ts";

const results = {
  ok: { kind: "ok" },
  failed: { kind: "exited", exitCode: 1 },
  late: { kind: "timed-out", limitMs: 1, survivors: [] },
  skipped: { kind: "skipped", because: "interrupted" },
  lost: { kind: "inaccessible", problem: { kind: "missing" } },
} as const;

test.each([
  ["", 0],
  ["ok", 0],
  ["ok ok ok", 0],
  ["ok failed", 2],
  ["ok late", 2],
  ["ok skipped", 2],
  ["ok lost", 2],
  ["failed", 1],
  ["late", 1],
  ["skipped", 1],
  ["lost", 1],
  ["failed late skipped lost", 1],
  ["failed late skipped lost ok", 2],
] as const)("%s: exit code %i", (kinds, exitCode) => {
  const named = kinds.split(" ").filter((kind) => kind !== "");
  const outcomes = named.map((kind) =>
    sampleOutcome("a", Object.entries(results).find(([name]) => name === kind)?.[1]),
  );
  expect(aggregateOutcomes(outcomes).exitCode).toBe(exitCode);
});

test("each is counted once", () => {
  const totals = aggregateOutcomes(everyResult.map((result) => sampleOutcome("a", result)));
  expect(totals).toEqual({ total: everyResult.length, ok: 1, failed: 8, timedOut: 2, skipped: 3, exitCode: 2 });
});
