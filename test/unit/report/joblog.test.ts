import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { joblogHeader, joblogLine } from "../../../scripts/lib/report/joblog.ts";
import { everyResult, sampleOutcome, sampleRepository } from "../../support/sample-run.ts";
import { requires } from "../../support/requires.ts";

test("the columns of GNU parallel, and the memory behind them", () => {
  expect(joblogHeader).toBe("Seq\tHost\tStarttime\tJobRuntime\tSend\tReceive\tExitval\tSignal\tCommand\tPeakMemory\n");
  const outcome = sampleOutcome("a b", { kind: "exited", exitCode: 3 }, { index: 4, peakMemoryBytes: 8192 });
  expect(joblogLine(outcome)).toBe("4\t:\t1700000000.123\t1.500\t0\t0\t3\t0\tcd '/w/a b' && git status\t8192\n");
});

test("whatever a name or an argument holds, a line is a line of ten columns", () => {
  const repository = sampleRepository("a\tb\nc", { path: "/w/a\tb\nc" });
  const line = joblogLine(sampleOutcome("", { kind: "ok" }, { repository, argv: ["x\ty", "\n"] }));
  expect(line.split("\n")).toHaveLength(2);
  expect(line.split("\t")).toHaveLength(10);
});

test("exit value and signal as parallel has them; nothing for what was never begun", () => {
  const begun = everyResult.filter(
    ({ kind }) => kind !== "skipped" && kind !== "inaccessible" && kind !== "output-unwritable",
  );
  const columns = begun.map((result) => joblogLine(sampleOutcome("a", result)).split("\t").slice(6, 8));
  expect(columns).toEqual([
    ["0", "0"],
    ["3", "0"],
    ["0", "11"],
    ["-1", "0"],
    ["-1", "0"],
    ["130", "0"],
    ["127", "0"],
    ["126", "0"],
  ]);
  const skipped = sampleOutcome("a", { kind: "skipped", because: "interrupted" }, { startedAt: null });
  expect(joblogLine(skipped)).toBe("");
});

requires("parallel")("GNU parallel itself", () => {
  const layout = (text: string) => (text.split("\n")[0] ?? "").split("\t");
  const folder = () => {
    const made = mkdtempSync(join(tmpdir(), "joblog-"));
    onTestFinished(() => rmSync(made, { recursive: true }));
    return made;
  };

  test("writes the same columns in the same order", () => {
    const file = join(folder(), "log");
    execFileSync("parallel", ["--will-cite", "--joblog", file, "true", ":::", "a"]);
    const theirs = layout(execFileSync("cat", [file], { encoding: "utf8" }));
    expect(layout(joblogHeader).slice(0, theirs.length)).toEqual(theirs);
  });

  test("--resume-failed reads ours: it runs again what was not ok, and what is not in it", () => {
    const file = join(folder(), "log");
    const results = [
      { kind: "ok" },
      { kind: "exited", exitCode: 3 },
      { kind: "signalled", signal: "SIGKILL" },
      { kind: "timed-out", limitMs: 1, survivors: [] },
      { kind: "ok" },
    ] as const;
    const lines = results.map((result, at) =>
      joblogLine(sampleOutcome(`r${at + 1}`, result, { index: at + 1, peakMemoryBytes: 5 })),
    );
    writeFileSync(file, joblogHeader + lines.join(""));
    const again = execFileSync(
      "parallel",
      ["--will-cite", "-k", "--resume-failed", "--joblog", file, "echo", ":::", "1", "2", "3", "4", "5", "6"],
      { encoding: "utf8" },
    );
    expect(again.trim().split("\n")).toEqual(["2", "3", "4", "6"]);
  });
});
