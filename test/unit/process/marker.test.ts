import { expect, test } from "vitest";
import { commandsOf, findMarked, markerText, readMarkers } from "../../../scripts/lib/process/marker.ts";
import { readProcess, readProcessTable } from "../../../scripts/lib/process/proc-table.ts";
import { openStage, program, until } from "./stage.ts";

const stay = program("stay.sh");

test("a service and what it starts bear the marker of their run", async () => {
  await using stage = await openStage();
  const { target } = await stage.start("web", `sh ${stay} child & exec sh ${stay} leader`);
  const [leader, child] = await Promise.all([stage.actor("leader"), stage.actor("child")]);
  const marker = { workspaceId: stage.workspaceId, service: "web", runId: target.runId };
  expect(readMarkers(leader.pid)).toEqual([marker]);
  expect(readMarkers(child.pid)).toEqual([marker]);
  expect(
    findMarked(stage.workspaceId, readProcessTable())
      .map(({ pid }) => pid)
      .toSorted((a, b) => a - b),
  ).toEqual([leader.pid, child.pid].toSorted((a, b) => a - b));
  expect(findMarked("ffffffffffff", readProcessTable())).toEqual([]);
});

test("processes older than the service are not looked at", async () => {
  await using stage = await openStage();
  await stage.start("web", ["sh", stay, "leader"]);
  const leader = await stage.actor("leader");
  const { startTime } = readProcess(leader.pid) ?? { startTime: "0" };
  const after = (time: number): number => findMarked(stage.workspaceId, readProcessTable(), String(time)).length;
  expect(after(Number(startTime))).toBe(1);
  expect(after(Number(startTime) + 1)).toBe(0);
});

test.each(["a:b", "a:b:c:d", "", "::", "abc"])("%j is no marker", async (value) => {
  await using stage = await openStage();
  await stage.start("web", ["env", `GROUNDSWELL_SERVICE=${value}`, "sh", stay, "leader"]);
  expect(readMarkers((await stage.actor("leader")).pid)).toEqual([]);
});

test("another name that begins alike, or holds the text, is no marker", async () => {
  await using stage = await openStage();
  const text = markerText({ workspaceId: stage.workspaceId, service: "web", runId: "r" });
  await stage.start("web", [
    "env",
    "-u",
    "GROUNDSWELL_SERVICE",
    `GROUNDSWELL_SERVICES=${text}`,
    `OTHER=GROUNDSWELL_SERVICE=${text}`,
    "sh",
    stay,
    "leader",
  ]);
  expect(readMarkers((await stage.actor("leader")).pid)).toEqual([]);
});

test("no process, no marker; another user's is not read", async () => {
  expect(readMarkers(2 ** 22 + 1)).toEqual([]);
  if (process.getuid?.() !== 0) {
    expect(readMarkers(1)).toEqual([]);
    return;
  }
  await using stage = await openStage();
  await stage.start("web", ["setpriv", "--reuid=65534", "--clear-groups", "sleep", "1000"]);
  const theirs = [...readProcessTable().values()].filter(({ ppid }) => ppid === process.pid);
  const { readFileSync } = await import("node:fs");
  const marked = theirs.filter(({ pid }) => readFileSync(`/proc/${pid}/environ`, "utf8").includes(stage.workspaceId));
  expect(marked).toHaveLength(1);
  await until(() => readFileSync(`/proc/${marked[0]?.pid}/status`, "utf8").includes("Uid:\t65534"));
  expect(readMarkers(marked[0]?.pid ?? 0)).toEqual([]);
});

test("what a service runs for itself bears its marker and the command's", async () => {
  await using stage = await openStage();
  const command = { workspaceId: commandsOf(stage.workspaceId), service: "backend/auth", runId: "c" };
  const { target } = await stage.start("web", ["env", `GROUNDSWELL_RUN=${markerText(command)}`, "sh", stay, "leader"]);
  const { pid } = await stage.actor("leader");
  const marker = { workspaceId: stage.workspaceId, service: "web", runId: target.runId };
  await until(() => readMarkers(pid).length === 2);
  expect(readMarkers(pid)).toEqual([marker, command]);
  expect(findMarked(commandsOf(stage.workspaceId), readProcessTable())).toEqual([{ pid, marker: command }]);
});
