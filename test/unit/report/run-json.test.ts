import { expect, test } from "vitest";
import { outcomeDocument, runDocument } from "../../../scripts/lib/report/run-json.ts";
import { aggregateOutcomes } from "../../../scripts/lib/workspace/aggregate-outcomes.ts";
import { everyResult, sampleOutcome } from "../../support/sample-run.ts";

const output = { stdout: "out\n", stderr: "err\n", omittedBytes: 0 };
const ok = sampleOutcome("api", { kind: "ok" }, { peakMemoryBytes: 4096, durationMs: 12.345 });

test("a repository's outcome", () => {
  expect(outcomeDocument(ok, output)).toEqual({
    name: "api",
    path: "/w/api",
    status: "ok",
    exitCode: 0,
    signal: null,
    ms: 12.3,
    peakMemoryBytes: 4096,
    stdout: "out\n",
    stderr: "err\n",
    argv: ["git", "status"],
    attempts: 1,
    startedAt: 1_700_000_000_123,
  });
  expect(outcomeDocument(ok, { ...output, omittedBytes: 9 })).toMatchObject({ omittedBytes: 9 });
});

test("the exit code is the command's own, the signal what ended it by itself; why is in words too", () => {
  const told = everyResult.map((result) => {
    const { status, exitCode, signal, reason, message } = outcomeDocument(sampleOutcome("api", result), null);
    return [status, exitCode, signal, reason, typeof message];
  });
  expect(told.slice(0, 4)).toEqual([
    ["ok", 0, null, undefined, "undefined"],
    ["failed", 3, null, "exited", "string"],
    ["failed", null, "SIGSEGV", "signalled", "string"],
    ["timed-out", null, null, "timed-out", "string"],
  ]);
  for (const [, exitCode, signal] of told.slice(3)) expect([exitCode, signal]).toEqual([null, null]);
});

test("the report: all in one document, without what the commands wrote", () => {
  const outcomes = everyResult.map((result, at) => sampleOutcome("a", result, { index: at + 1 }));
  const details = { command: "git 'a b'", startedAt: 5, elapsedMs: 1234.5 };
  const totals = aggregateOutcomes(outcomes);
  const document: Record<string, unknown> = JSON.parse(runDocument(outcomes, totals, details));
  expect(document).toMatchObject({ schemaVersion: 1, command: "git 'a b'", startedAt: 5, ms: 1235, ...totals });
  expect(document["repositories"]).toEqual(
    outcomes.map((outcome) => JSON.parse(JSON.stringify(outcomeDocument(outcome, null)))),
  );
});
