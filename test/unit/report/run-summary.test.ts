import { expect, test } from "vitest";
import { runSummary, totalsWords } from "../../../scripts/lib/report/run-summary.ts";
import { aggregateOutcomes } from "../../../scripts/lib/workspace/aggregate-outcomes.ts";
import { sampleOutcome } from "../../support/sample-run.ts";

const screen = { width: 100, color: false, write: () => {} };
const ok = sampleOutcome("ok");

test.each([
  [{ total: 10, ok: 8, failed: 1, timedOut: 1, skipped: 0 }, "8 ok, 1 failed, 1 timed out of 10 in 4.20 s"],
  [{ total: 3, ok: 3, failed: 0, timedOut: 0, skipped: 0 }, "3 ok of 3 in 4.20 s"],
  [{ total: 3, ok: 0, failed: 1, timedOut: 0, skipped: 2 }, "0 ok, 1 failed, 2 skipped of 3 in 4.20 s"],
])("%o", (totals, words) => {
  expect(totalsWords({ ...totals, exitCode: 0 }, 4200)).toBe(words);
});

test("each failure with what shows it again and its last lines; what was skipped in one line; the count last", () => {
  const failed = sampleOutcome("back end/api", { kind: "exited", exitCode: 3 }, { argv: ["npm", "test", "a b"] });
  const lost = sampleOutcome("gone", { kind: "inaccessible", problem: { kind: "missing" } }, { argv: [], attempts: 0 });
  const skipped = ["x", "y"].map((name) => sampleOutcome(name, { kind: "skipped", because: "too-many-failed" }));
  const failures = [
    { outcome: failed, lastLines: ["one", "\u001B[31mred\u001B[0m \u0007", ""] },
    { outcome: lost, lastLines: [] },
    ...skipped.map((outcome) => ({ outcome, lastLines: [] })),
  ];
  const totals = aggregateOutcomes([ok, failed, lost, ...skipped]);
  expect(runSummary(totals, failures, { screen, cwd: "/w", elapsedMs: 4200 })).toBe(
    [
      "✗ back end/api: exited with code 3 (1.50 s)",
      "    $ cd 'back end/api' && npm test 'a b'",
      "    | one",
      "    | red \uFFFD",
      "    |",
      "✗ gone: Cannot access repository /w/gone: there is no such folder",
      "– x, y: skipped: too many failed",
      "1 ok, 2 failed, 2 skipped of 5 in 4.20 s",
      "",
    ].join("\n"),
  );
});

test("a command line is never cut, lines of output are", () => {
  const long = "x".repeat(300);
  const failed = sampleOutcome("a", { kind: "exited", exitCode: 1 }, { argv: [long] });
  const shown = runSummary(aggregateOutcomes([failed]), [{ outcome: failed, lastLines: [long] }], {
    screen,
    cwd: "/w",
    elapsedMs: 1,
  });
  const [, command = "", line = ""] = shown.split("\n");
  expect(command).toBe(`    $ cd a && ${long}`);
  expect(line).toHaveLength(100);
});

test("of very many failures, the first ten are told in full, of the others the names", () => {
  const failures = Array.from({ length: 12 }, (_, at) => ({
    outcome: sampleOutcome(`r${at}`, { kind: "exited", exitCode: 1 }),
    lastLines: ["a line"],
  }));
  const shown = runSummary(aggregateOutcomes(failures.map(({ outcome }) => outcome)), failures, {
    screen,
    cwd: "/w",
    elapsedMs: 1,
  });
  expect(shown.match(/a line/g)).toHaveLength(10);
  expect(shown.match(/^✗ r\d+: exited with code 1 /gm)).toHaveLength(10);
  expect(shown).toContain("\n✗ r10, r11: exited with code 1\n");
});
