import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync, readlinkSync } from "node:fs";
import { expect, test } from "vitest";
import { currentBootId, identityOf, isSameProcess } from "../../../scripts/lib/process/identity.ts";
import { openStage, program, statOf, until } from "./stage.ts";

test("what names a process", () => {
  expect(identityOf(process.pid)).toEqual({
    pid: process.pid,
    startTime: statOf(process.pid)?.startTime,
    bootId: readFileSync("/proc/sys/kernel/random/boot_id", "utf8").trim(),
    pidNs: /\d+/.exec(readlinkSync("/proc/self/ns/pid"))?.[0],
  });
  expect(identityOf(process.pid)?.bootId).toBe(currentBootId());
});

test("another start time, boot or PID namespace is another process", () => {
  const identity = identityOf(process.pid);
  if (identity === null) throw new Error("we do not exist");
  expect(isSameProcess(identity)).toBe(true);
  expect(isSameProcess({ ...identity, startTime: String(Number(identity.startTime) + 1) })).toBe(false);
  expect(isSameProcess({ ...identity, bootId: "00000000-0000-0000-0000-000000000000" })).toBe(false);
  expect(isSameProcess({ ...identity, pidNs: "1" })).toBe(false);
});

test("the dead have none", async () => {
  const child = spawn("sleep", ["1000"]);
  const identity = identityOf(child.pid ?? 0);
  expect(identity).not.toBeNull();
  child.kill("SIGKILL");
  await once(child, "exit");
  expect(identityOf(child.pid ?? 0)).toBeNull();
  expect(identity !== null && isSameProcess(identity)).toBe(false);
});

test("nor have zombies", async () => {
  await using stage = await openStage();
  await stage.start("parent", ["perl", program("zombies.pl")]);
  const leader = await stage.actor("leader");
  const identity = identityOf(leader.pid);
  expect(identity !== null && isSameProcess(identity)).toBe(true);
  process.kill(leader.pid, "SIGKILL");
  await until(() => statOf(leader.pid)?.state === "Z");
  expect(identityOf(leader.pid)).toBeNull();
  expect(identity !== null && isSameProcess(identity)).toBe(false);
});
