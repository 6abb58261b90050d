import { join } from "node:path";
import { expect, test } from "vitest";
import { type CommandOptions, runCommand } from "../../../scripts/lib/process/run-command.ts";
import { type Stage, openStage, program, statOf, until } from "./stage.ts";

const stay = program("stay.sh");
const ended = { signal: null, timedOut: false, error: null };

function options(stage: Stage, more: Partial<CommandOptions> = {}): CommandOptions {
  return { cwd: stage.folder, environment: stage.environment, timeoutMs: 60_000, ...more };
}

test("code and output, both streams", async () => {
  await using stage = await openStage();
  const result = await runCommand({ kind: "argv", argv: ["sh", program("say.sh"), "x"] }, options(stage));
  expect(result).toMatchObject({ ...ended, code: 3 });
  expect(result.output).toContain("out x\n");
  expect(result.output).toContain("err x\n");
  expect(result.output).toContain(stage.folder);
  expect(await runCommand({ kind: "shell", text: "echo a; echo b >&2; true" }, options(stage))).toMatchObject({
    ...ended,
    code: 0,
  });
});

test("only the end of much output is kept, in whole characters", async () => {
  await using stage = await openStage();
  const script = 'use utf8; binmode STDOUT, ":utf8"; print "€" x 100_000';
  const result = await runCommand({ kind: "argv", argv: ["perl", "-e", script] }, options(stage));
  expect(result).toEqual({ ...ended, code: 0, output: "€".repeat(Math.floor(2048 / 3)) });
});

test("what cannot be started is told by its errno", async () => {
  await using stage = await openStage();
  const nothing = { code: null, signal: null, timedOut: false, output: "" };
  const run = (argv: readonly [string, ...string[]], more: Partial<CommandOptions> = {}) =>
    runCommand({ kind: "argv", argv }, options(stage, more));
  expect(await run(["no-such-program"])).toEqual({ ...nothing, error: "ENOENT" });
  expect(await run(["/etc"])).toEqual({ ...nothing, error: "EACCES" });
  expect(await run(["true"], { cwd: join(stage.folder, "none") })).toEqual({ ...nothing, error: "ENOENT" });
  expect(await run(["true", "a\0b"])).toMatchObject({ code: null, error: expect.stringContaining("ERR_") });
  expect(await run(["true"], { signal: AbortSignal.abort() })).toEqual({ ...nothing, error: "ABORT_ERR" });
});

test("at the deadline the whole group is killed, even if it ignores TERM", async () => {
  await using stage = await openStage();
  const text = `sh ${stay} child TERM & exec sh ${stay} leader TERM`;
  const running = runCommand({ kind: "shell", text }, options(stage, { timeoutMs: 400 }));
  const result = await running;
  expect(result).toMatchObject({ code: null, signal: "SIGKILL", timedOut: true, error: null });
  expect(stage.living()).toEqual([]);
});

test("an abort does the same", async () => {
  await using stage = await openStage();
  const abort = new AbortController();
  const text = `sh ${stay} child & exec sh ${stay} leader`;
  const running = runCommand({ kind: "shell", text }, options(stage, { signal: abort.signal }));
  await Promise.all([stage.actor("leader"), stage.actor("child")]);
  abort.abort();
  expect(await running).toMatchObject({ signal: "SIGKILL", timedOut: false, error: "ABORT_ERR" });
  expect(stage.living()).toEqual([]);
});

test("what a command leaves in the background of its group does not outlive it", async () => {
  await using stage = await openStage();
  const text = `sh ${stay} behind & while ! [ -e announced ]; do sleep 0.01; done; echo said`;
  const running = runCommand({ kind: "shell", text }, options(stage));
  const behind = await stage.actor("behind");
  const { writeFileSync } = await import("node:fs");
  writeFileSync(join(stage.folder, "announced"), "");
  expect(await running).toEqual({ ...ended, code: 0, output: "said\n" });
  await until(() => statOf(behind.pid)?.startTime !== behind.startTime || statOf(behind.pid)?.isLive === false);
});

test("a grandchild in another session holds the output open: the result comes all the same", async () => {
  await using stage = await openStage();
  const text = `setsid sh ${stay} away & while ! [ -e announced ]; do sleep 0.01; done; echo said`;
  const running = runCommand({ kind: "shell", text }, options(stage));
  await stage.actor("away");
  const { writeFileSync } = await import("node:fs");
  writeFileSync(join(stage.folder, "announced"), "");
  expect(await running).toEqual({ ...ended, code: 0, output: "said\n" });
  expect(stage.living()).toEqual(["away"]);
});

test("a deadline with such a grandchild is kept too", async () => {
  await using stage = await openStage();
  const text = `setsid sh ${stay} away & exec sh ${stay} leader`;
  const result = await runCommand({ kind: "shell", text }, options(stage, { timeoutMs: 500 }));
  expect(result).toMatchObject({ timedOut: true, signal: "SIGKILL" });
  expect(stage.living().filter((name) => name === "leader")).toEqual([]);
});
