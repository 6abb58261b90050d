import { expect, test } from "vitest";
import { captureCommand, type CaptureOptions } from "../../../scripts/lib/process/capture-command.ts";
import { openStage, program, type Stage } from "./stage.ts";

const well = { code: 0, signal: null, timedOut: false, error: null, isWhole: true };

function options(stage: Stage, more: Partial<CaptureOptions> = {}): CaptureOptions {
  return { cwd: stage.folder, environment: stage.environment, timeoutMs: 60_000, mostBytes: 1_000_000, ...more };
}

test("both streams, each for itself and whole", async () => {
  await using stage = await openStage();
  const script = 'use utf8; binmode STDOUT, ":utf8"; print "€" x 200_000; print STDERR "e" x 200_000';
  const captured = await captureCommand(["perl", "-e", script], options(stage));
  expect(captured).toEqual({ ...well, stdout: "€".repeat(200_000), stderr: "e".repeat(200_000) });
});

test("one that writes without end is killed", async () => {
  await using stage = await openStage();
  const captured = await captureCommand(["yes"], options(stage));
  expect(captured).toMatchObject({ code: null, signal: "SIGKILL", timedOut: false, isWhole: false });
  expect(captured.stdout.length).toBeLessThanOrEqual(1_000_000);
});

test("at the deadline all of its group is killed", async () => {
  await using stage = await openStage();
  const text = `sh ${program("stay.sh")} child TERM & exec sh ${program("stay.sh")} leader TERM`;
  const captured = await captureCommand(["sh", "-c", text], options(stage, { timeoutMs: 400 }));
  expect(captured).toMatchObject({ code: null, signal: "SIGKILL", timedOut: true });
  expect(stage.living()).toEqual([]);
});

test("what cannot be started", async () => {
  await using stage = await openStage();
  expect(await captureCommand(["no-such-program"], options(stage))).toMatchObject({ code: null, error: "ENOENT" });
});
