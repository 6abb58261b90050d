import { spawn } from "node:child_process";
import { once } from "node:events";
import { expect, test } from "vitest";
import { parsePs } from "../../../scripts/lib/process/parse-ps.ts";
import { readPsTable } from "../../../scripts/lib/process/ps-table.ts";
import { statOf } from "./stage.ts";

test("ps tells of a process what /proc does", async () => {
  const child = spawn("sleep", ["1000"], { detached: true });
  await once(child, "spawn");
  const pid = child.pid ?? 0;
  const row = (await readPsTable()).get(pid);
  expect(row).toMatchObject({ pid, ppid: process.pid, pgrp: pid, session: pid, state: "S" });
  const seconds = Number(row?.startTime);
  expect(Math.abs(seconds - Date.now() / 1000)).toBeLessThan(60);
  expect(row?.residentPages).toBeGreaterThan(50);
  expect((await readPsTable()).get(pid)?.startTime).toBe(row?.startTime);
  child.kill("SIGKILL");
  await once(child, "exit");
  expect((await readPsTable()).has(pid)).toBe(false);
  expect(statOf(pid)).toBeNull();
});

test("as macOS prints it", () => {
  const text = [
    "    1     0     1      0 Ss    14512   1:02.50 Mon Nov  3 09:15:02 2025    ",
    "  812     1   812      0 S+  1048576 12:03:04 Sun Nov 23 21:05:06 2025    ",
    "  900   812   812      0 Z         0   0:00.00 Sun Nov 23 21:05:07 2025",
    "a line that is none",
    "",
  ].join("\n");
  const rows = parsePs(text);
  expect(rows.map(({ pid, ppid, pgrp, session, state }) => [pid, ppid, pgrp, session, state])).toEqual([
    [1, 0, 1, 0, "S"],
    [812, 1, 812, 0, "S"],
    [900, 812, 812, 0, "Z"],
  ]);
  expect(rows[0]?.startTime).toBe(String(Date.UTC(2025, 10, 3, 9, 15, 2) / 1000));
  expect(rows[0]?.cpuTicks).toBe(6250);
  expect(rows[1]?.cpuTicks).toBe(((12 * 60 + 3) * 60 + 4) * 100);
  expect(rows[1]?.residentPages).toBe(262_144);
});

test("a process that has used days", () => {
  const [row] = parsePs("1 0 1 1 S 4 2-03:04:05 Mon Nov  3 09:15:02 2025");
  expect(row?.cpuTicks).toBe((((2 * 24 + 3) * 60 + 4) * 60 + 5) * 100);
});
