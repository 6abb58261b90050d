import { spawn } from "node:child_process";
import { once } from "node:events";
import * as fc from "fast-check";
import { expect, test } from "vitest";
import {
  type ProcessStat,
  argvOf,
  commandLineOf,
  isLive,
  parseStat,
  readProcess,
  readProcessTable,
} from "../../../scripts/lib/process/proc-table.ts";
import { openStage, program, statOf, until } from "./stage.ts";

const stat: ProcessStat = {
  pid: 1,
  ppid: 0,
  pgrp: 1,
  session: 1,
  state: "S",
  startTime: "1",
  exitCode: 0,
  cpuTicks: 0,
  residentPages: 0,
  threads: 1,
};

test("our own process, as the system tells it in other ways", () => {
  const self = readProcess(process.pid);
  expect(self).toMatchObject({ pid: process.pid, ppid: process.ppid, startTime: statOf(process.pid)?.startTime });
  expect(self?.threads).toBeGreaterThan(1);
  expect(self?.residentPages).toBeGreaterThan(1000);
  expect(isLive(self)).toBe(true);
  expect(readProcessTable().get(process.pid)).toMatchObject({ startTime: self?.startTime });
  expect(readProcessTable().get(process.ppid)).toEqual(expect.objectContaining({ pid: process.ppid }));
});

test("no process, and no thread either", async () => {
  expect(readProcess(2 ** 22 + 1)).toBeNull();
  expect(readProcess(-1)).toBeNull();
  const { readdirSync } = await import("node:fs");
  const threads = readdirSync("/proc/self/task").map(Number);
  expect(threads.length).toBeGreaterThan(1);
  expect(threads.map(readProcess).filter((thread) => thread !== null)).toHaveLength(1);
});

test("whatever a program calls itself, its numbers are read right", () => {
  const numbers = "77 78 79 0 -1 4194304 1 2 3 4 10 20 30 40 20 0 5 0 123456 1000 42 18446744073709551615";
  const rest = `1 2 3 4 5 0 0 0 0 0 0 0 17 1 0 0 0 0 0 1 2 3 4 5 6 7 768`;
  fc.assert(
    fc.property(fc.oneof(fc.string(), fc.constantFrom(") R 1 2 3", "(", ")", "a\nb) Z", " ) (")), (name) => {
      expect(parseStat(`76 (${name}) S ${numbers} ${rest}\n`)).toEqual({
        pid: 76,
        ppid: 77,
        pgrp: 78,
        session: 79,
        state: "S",
        startTime: "123456",
        exitCode: 768,
        cpuTicks: 100,
        residentPages: 42,
        threads: 5,
      });
    }),
  );
});

test("a real process with such a name", async () => {
  await using stage = await openStage();
  await stage.start("odd", ["sh", "-c", `printf ') Z 1 (' > /proc/$$/comm; echo "odd $$" > "$STAGE"; sleep 1000; :`]);
  const odd = await stage.actor("odd");
  expect(readProcess(odd.pid)).toMatchObject({ ppid: process.pid, pgrp: odd.pid, session: odd.pid });
  expect(isLive(readProcess(odd.pid))).toBe(true);
});

test("zombies and the dead do not live", () => {
  expect(isLive(null)).toBe(false);
  expect(["R", "S", "D", "T", "t", "I"].map((state) => isLive({ ...stat, state }))).toEqual(Array(6).fill(true));
  expect(["Z", "X", "x"].map((state) => isLive({ ...stat, state }))).toEqual(Array(3).fill(false));
});

test("a zombie keeps its exit code, or the signal that ended it", async () => {
  await using stage = await openStage();
  const wait = `use strict; my @pids = map { my $code = $_; my $pid = fork; if (!$pid) { $code < 0 ? kill(9, $$) : exit $code } $pid } 7, -1;`;
  await stage.start("parent", [
    "perl",
    "-e",
    `${wait} open F, ">", $ENV{STAGE}; syswrite F, "parent $$\\na $pids[0]\\nb $pids[1]\\n"; sleep 1000`,
  ]);
  const [a, b] = await Promise.all([stage.actor("a"), stage.actor("b")]);
  await until(() => statOf(a.pid)?.state === "Z" && statOf(b.pid)?.state === "Z");
  expect(readProcess(a.pid)).toMatchObject({ state: "Z", exitCode: 7 << 8 });
  expect(readProcess(b.pid)).toMatchObject({ state: "Z", exitCode: 9 });
  expect(argvOf(a.pid)).toBeNull();
  expect(commandLineOf(a.pid)).toBeNull();
});

test("a process whose main thread has ended still runs", async () => {
  await using stage = await openStage();
  await stage.start("headless", ["perl", program("threads.pl")]);
  const headless = await stage.actor("headless");
  const seen = readProcess(headless.pid);
  expect(seen).toMatchObject({ state: "Z" });
  expect(isLive(seen)).toBe(true);
});

test("a command line is cut, and cannot steer a terminal", async () => {
  const child = spawn("sleep", ["1000"], { argv0: `\u001B[31mred\u202Eder\n${"x".repeat(300)}` });
  await once(child, "spawn");
  const line = commandLineOf(child.pid ?? 0);
  expect(line?.startsWith(String.raw`\u{1b}[31mred\u{202e}der\u{a}xxx`)).toBe(true);
  expect(line).toHaveLength(200);
  expect(argvOf(child.pid ?? 0)?.at(-1)).toBe("1000");
  child.kill("SIGKILL");
  await once(child, "exit");
  expect(commandLineOf(child.pid ?? 0)).toBeNull();
});
