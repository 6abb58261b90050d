import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { indexTable } from "../../../scripts/lib/process/census.ts";
import { readProcessTable } from "../../../scripts/lib/process/proc-table.ts";
import { pageSize, ticksPerSecond } from "../../../scripts/lib/process/system-constants.ts";
import { treeUsage } from "../../../scripts/lib/process/tree-usage.ts";
import { openStage, program } from "./stage.ts";

const stay = program("stay.sh");

test("the tree, the group and the session, by number", async () => {
  await using stage = await openStage();
  const { target } = await stage.start(
    "web",
    `setsid sh ${stay} away & perl ${program("own-group.pl")} job & exec sh ${stay} leader`,
  );
  const actors = await Promise.all([stage.actor("away"), stage.actor("job"), stage.actor("leader")]);
  const usage = treeUsage(target.leader.pid, target.pgid, indexTable(readProcessTable()));
  expect(usage.pids).toEqual(actors.map(({ pid }) => pid).toSorted((a, b) => a - b));
  expect(usage.memoryBytes).toBeGreaterThan(3 * 100_000);
});

test("memory as the system tells it elsewhere", () => {
  const { memoryBytes } = treeUsage(
    process.pid,
    -1,
    indexTable(new Map([...readProcessTable()].filter(([pid]) => pid === 1))),
  );
  expect(memoryBytes).toBe(0);
});

test("memory and time are those of the process", async () => {
  await using stage = await openStage();
  const busy = `my $held = "x" x 50_000_000; my $end = 0.3; 1 while (times)[0] < $end; open F, ">", $ENV{STAGE}; syswrite F, "busy $$\\n"; sleep 1000`;
  const { target } = await stage.start("web", ["perl", "-e", busy]);
  const { pid } = await stage.actor("busy");
  const usage = treeUsage(pid, target.pgid, indexTable(readProcessTable()));
  const told = Number(/VmRSS:\s*(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1]) * 1024;
  expect(usage.memoryBytes).toBeGreaterThan(50_000_000);
  expect(Math.abs(usage.memoryBytes - told) / told).toBeLessThan(0.1);
  expect(usage.cpuSeconds).toBeGreaterThanOrEqual(0.3);
  expect(usage.cpuSeconds).toBeLessThan(10);
});

test("nothing is left: nothing is used", () => {
  expect(treeUsage(2 ** 22 + 1, 2 ** 22 + 1, indexTable(readProcessTable()))).toEqual({
    memoryBytes: 0,
    cpuSeconds: 0,
    pids: [],
  });
});

test("units as getconf tells them", async () => {
  const { execFileSync } = await import("node:child_process");
  const getconf = (name: string): number => Number(execFileSync("getconf", [name], { encoding: "utf8" }));
  expect(pageSize).toBe(getconf("PAGESIZE"));
  expect(ticksPerSecond).toBe(getconf("CLK_TCK"));
});
