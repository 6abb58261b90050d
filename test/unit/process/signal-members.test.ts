import { spawn } from "node:child_process";
import { once } from "node:events";
import { expect, test } from "vitest";
import { takeCensus } from "../../../scripts/lib/process/census.ts";
import { readProcess } from "../../../scripts/lib/process/proc-table.ts";
import { signalMembers } from "../../../scripts/lib/process/signal-members.ts";
import { openStage, program, statOf, until } from "./stage.ts";

const stay = program("stay.sh");

test("not the process that was meant: no signal, to it or to its group", async () => {
  await using stage = await openStage();
  await stage.start("web", `sh ${stay} child & exec sh ${stay} leader`);
  const [leader, child] = await Promise.all([stage.actor("leader"), stage.actor("child")]);
  const forged = new Map([
    [leader.pid, String(Number(leader.startTime) - 1)],
    [child.pid, String(Number(child.startTime) + 1)],
  ]);
  expect(signalMembers(forged, "SIGKILL", takeCensus())).toEqual({ sent: 0, refused: 0 });
  expect(stage.living()).toEqual(["child", "leader"]);
});

test("the PID was given to another since the look at the table: no signal", async () => {
  const first = spawn("sleep", ["1000"], { detached: true });
  const census = takeCensus();
  const startTime = readProcess(first.pid ?? 0)?.startTime ?? "";
  first.kill("SIGKILL");
  await once(first, "exit");
  expect(signalMembers(new Map([[first.pid ?? 0, startTime]]), "SIGTERM", census).sent).toBe(0);
});

test("a group of which not everyone is meant is signalled one by one", async () => {
  await using stage = await openStage();
  await stage.start("web", `sh ${stay} child & exec sh ${stay} leader`);
  const [leader, child] = await Promise.all([stage.actor("leader"), stage.actor("child")]);
  expect(signalMembers(new Map([[child.pid, child.startTime]]), "SIGKILL", takeCensus()).sent).toBe(1);
  await until(() => stage.living().length === 1);
  expect(statOf(leader.pid)?.isLive).toBe(true);
});

test("our own group is never signalled as a whole", async () => {
  const child = spawn("sleep", ["1000"]);
  await once(child, "spawn");
  const stat = readProcess(child.pid ?? 0);
  expect(stat?.pgrp).toBe(readProcess(process.pid)?.pgrp);
  // Everyone else of our group is meant; we are in it too, and survive to tell.
  const census = takeCensus();
  const all = new Map((census.byGroup.get(stat?.pgrp ?? 0) ?? []).map(({ pid, startTime }) => [pid, startTime]));
  const onlyChild = { ...census, byGroup: new Map([[stat?.pgrp ?? 0, stat === null ? [] : [stat]]]) };
  expect(all.has(child.pid ?? 0)).toBe(true);
  signalMembers(new Map([[child.pid ?? 0, stat?.startTime ?? ""]]), "SIGTERM", onlyChild);
  expect(await once(child, "exit")).toEqual([null, "SIGTERM"]);
});
