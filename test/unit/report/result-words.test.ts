import { expect, test } from "vitest";
import { effortWords, exitCodeOf, resultWords, statusOf } from "../../../scripts/lib/report/result-words.ts";
import { everyResult, sampleOutcome } from "../../support/sample-run.ts";

test("every end has its words, its status and its exit code", () => {
  const told = everyResult.map((result) => [
    resultWords(sampleOutcome("api", result)),
    statusOf(result),
    exitCodeOf(result),
  ]);
  expect(told).toEqual([
    ["ok", "ok", 0],
    ["exited with code 3", "failed", 3],
    ["was ended by SIGSEGV", "failed", 139],
    ["Command timed out after 2 s", "timed-out", 124],
    ["Command timed out after 2 s; could not be ended: 7, 8", "timed-out", 124],
    ["interrupted", "failed", 130],
    ["Cannot access repository /w/api: there is no such folder", "failed", null],
    ["Cannot access repository /w/api: another folder stands in its place", "failed", null],
    ["not run: its output could not be written (ENOSPC)", "failed", null],
    ["command not found: nope", "failed", 127],
    ["command may not be executed: nope", "failed", 126],
    ["skipped: an earlier one failed", "skipped", null],
    ["skipped: too many failed", "skipped", null],
    ["skipped: interrupted", "skipped", null],
  ]);
});

test("a timeout is told in seconds, as it is given", () => {
  const after = (limitMs: number) => resultWords(sampleOutcome("a", { kind: "timed-out", limitMs, survivors: [] }));
  expect([300_000, 500, 1].map(after)).toEqual([
    "Command timed out after 300 s",
    "Command timed out after 0.5 s",
    "Command timed out after 0.001 s",
  ]);
});

test("what would steer the terminal is written out", () => {
  const lost = sampleOutcome("a\u001B[2Jb\nc", { kind: "inaccessible", problem: { kind: "no-permission" } });
  expect(resultWords(lost)).toBe(String.raw`Cannot access repository /w/a\x1b[2Jb\nc: it may not be entered`);
  const missing = sampleOutcome("a", { kind: "not-executed", errno: "ENOENT", program: "x\u0007y" });
  expect(resultWords(missing)).toBe(String.raw`command not found: x\x07y`);
});

test("how long it took, and how often it was tried", () => {
  expect(effortWords(sampleOutcome("a", { kind: "ok" }, { durationMs: 4200 }))).toBe("4.20 s");
  expect(effortWords(sampleOutcome("a", { kind: "ok" }, { durationMs: 4200, attempts: 3 }))).toBe("4.20 s, attempt 3");
});
