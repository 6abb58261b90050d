import { expect, test } from "vitest";
import type { ProcessIdentity } from "../../../scripts/lib/process/identity.ts";
import { currentBootId, identityOf } from "../../../scripts/lib/process/identity.ts";
import { type ProcessOwner, groupIsEmpty, membersOf } from "../../../scripts/lib/process/members.ts";
import { type ProcessStat, readProcessTable } from "../../../scripts/lib/process/proc-table.ts";
import { openStage, program, statOf, until } from "./stage.ts";

const stay = program("stay.sh");
const none = new Map<number, string>();
const ours = identityOf(process.pid);

/** Numbers no process bears, so that nothing real is asked for its environment. */
const base = 90_000_000;

function bearing(pid: number, more: Partial<ProcessStat> = {}): readonly [number, ProcessStat] {
  const group = base + 1;
  return [
    base + pid,
    {
      pid: base + pid,
      ppid: 1,
      pgrp: group,
      session: group,
      state: "S",
      startTime: "100",
      exitCode: 0,
      cpuTicks: 0,
      residentPages: 0,
      threads: 1,
      ...more,
    },
  ];
}

function owner(more: Partial<ProcessOwner> = {}, leader: Partial<ProcessIdentity> = {}): ProcessOwner {
  return {
    service: "web",
    leader: { pid: base + 1, startTime: "100", bootId: currentBootId(), pidNs: ours?.pidNs ?? "", ...leader },
    pgid: base + 1,
    runId: "r1",
    keepAlive: [],
    ...more,
  };
}

function find(stats: readonly (readonly [number, ProcessStat])[], run = owner(), known = none): number[] {
  return [...membersOf(run, new Map(stats), known, "abcdefabcdef").keys()]
    .map((pid) => pid - base)
    .toSorted((a, b) => a - b);
}

test("group, session and tree", () => {
  expect(
    find([
      bearing(1),
      bearing(2),
      bearing(3, { pgrp: base + 3 }),
      bearing(4, { ppid: base + 2, pgrp: base + 4, session: base + 4 }),
      bearing(5, { ppid: base + 4, pgrp: base + 5, session: base + 5 }),
      // Has lost its parent, but is in the session that 5 leads.
      bearing(6, { pgrp: base + 5, session: base + 5 }),
      bearing(7, { pgrp: base + 7, session: base + 7 }),
    ]),
  ).toEqual([1, 2, 3, 4, 5, 6]);
});

test("neither zombies nor the dead", () => {
  expect(find([bearing(1), bearing(2, { state: "Z" }), bearing(3, { state: "X" })])).toEqual([1]);
});

test("a leader of another start time is a stranger, and so is its whole group", () => {
  expect(find([bearing(1, { startTime: "200" }), bearing(2, { startTime: "201" })])).toEqual([]);
});

test("a group whose leader is gone is ours by start time, unless one in it is older than the leader", () => {
  expect(find([bearing(2), bearing(3, { startTime: "150" })])).toEqual([2, 3]);
  expect(find([bearing(2, { startTime: "99" }), bearing(3, { startTime: "150" })])).toEqual([]);
});

test("who is known stays known after leaving the tree, but not under another start time", () => {
  const stray = { pgrp: base + 9, session: base + 9, startTime: "120" };
  expect(find([bearing(9, stray)], owner(), new Map([[base + 9, "120"]]))).toEqual([9]);
  expect(find([bearing(9, stray)], owner(), new Map([[base + 9, "119"]]))).toEqual([]);
});

test("a child older than its parent is none of its children", () => {
  const other = { ppid: base + 1, pgrp: base + 5, session: base + 5 };
  expect(find([bearing(1), bearing(5, { ...other, startTime: "99" })])).toEqual([1]);
  expect(find([bearing(1), bearing(5, { ...other, startTime: "100" })])).toEqual([1, 5]);
});

test("nobody of another boot or another PID namespace", () => {
  expect(find([bearing(1)], owner({}, { bootId: "another" }))).toEqual([]);
  expect(find([bearing(1)], owner({}, { pidNs: "1" }))).toEqual([]);
});

test("a record that names group 0 or 1 has no group", () => {
  const kernel = { pgrp: 0, session: 0 };
  const init = { pgrp: 1, session: 1 };
  expect(find([bearing(2, kernel), bearing(3, init)], owner({ pgid: 0 }))).toEqual([]);
  expect(find([bearing(2, kernel), bearing(3, init)], owner({ pgid: 1 }))).toEqual([]);
});

test("never we ourselves, nor what we have started", async () => {
  await using stage = await openStage();
  await stage.start("web", ["sh", stay, "leader"]);
  await stage.actor("leader");
  if (ours === null) throw new Error("we do not exist");
  const table = readProcessTable();
  const group = statOf(process.pid)?.pgrp ?? 0;
  const members = membersOf(owner({ pgid: process.pid }, ours), table, none, stage.workspaceId);
  expect([...members.keys()]).toEqual([]);
  expect(membersOf(owner({ pgid: group }, ours), table, none, stage.workspaceId).has(process.pid)).toBe(false);
});

test("what keep_alive matches is left out with all it has started, but never the leader", async () => {
  await using stage = await openStage();
  const text = `sh -c 'echo "daemon $$" >"$STAGE"; sh ${stay} worker; : daemon' & exec sh ${stay} leader`;
  const { target } = await stage.start("web", text, { keepAlive: ["(unclosed", ": daemon$", "sleep 1000"] });
  const [leader] = await Promise.all([stage.actor("leader"), stage.actor("daemon"), stage.actor("worker")]);
  await until(() => statOf(leader.pid) !== null);
  const members = membersOf(target, readProcessTable(), none, stage.workspaceId);
  expect([...members.keys()]).toEqual([leader.pid]);
});

test("an empty group holds no live process", () => {
  const group = { pgid: base + 1 };
  expect(groupIsEmpty(group, new Map())).toBe(true);
  expect(groupIsEmpty(group, new Map([bearing(1, { state: "Z" })]))).toBe(true);
  expect(groupIsEmpty(group, new Map([bearing(1, { state: "Z", threads: 2 })]))).toBe(false);
  expect(groupIsEmpty(group, new Map([bearing(2, { pgrp: base + 2 })]))).toBe(false);
  expect(groupIsEmpty(group, new Map([bearing(2, { session: base + 2 })]))).toBe(false);
  expect(groupIsEmpty(group, new Map([bearing(2, { pgrp: base + 2, session: base + 2 })]))).toBe(true);
});
