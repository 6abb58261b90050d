import { expect, test } from "vitest";
import { killWithoutProc } from "../../../scripts/lib/process/kill-without-proc.ts";
import type { KillTarget } from "../../../scripts/lib/process/kill-services.ts";
import { readPsTable } from "../../../scripts/lib/process/ps-table.ts";
import type { Pursuit } from "../../../scripts/lib/process/pursuit.ts";
import { type Stage, type StartedService, openStage, program } from "./stage.ts";

const stay = program("stay.sh");

/** The target as a system without /proc knows it: start times by ps, and no marker to be found. */
async function asByPs(stage: Stage, { target }: StartedService): Promise<KillTarget> {
  const startTime = (await readPsTable()).get(target.leader.pid)?.startTime ?? "";
  expect(stage.workspaceId).not.toBe("ffffffffffff");
  return { ...target, leader: { ...target.leader, startTime } };
}

function told(pursuits: readonly Pursuit[]): readonly (readonly [string, string, boolean])[] {
  return pursuits.map(({ owner, phase, sweeps }) => [owner.service, phase, sweeps > 0]);
}

test("a tree is stopped by its signal, and verified", async () => {
  await using stage = await openStage();
  const started = await stage.start(
    "web",
    `sh -c 'sh ${stay} grandchild; :' & sh ${stay} child & exec sh ${stay} leader`,
  );
  await Promise.all(["leader", "child", "grandchild"].map((name) => stage.actor(name)));
  const ended: [string, boolean][] = [];
  const pursuits = await killWithoutProc(
    [await asByPs(stage, started)],
    stage.options({ workspaceId: "ffffffffffff", onEnded: (service, forced) => ended.push([service, forced]) }),
  );
  expect(stage.living()).toEqual([]);
  expect(told(pursuits)).toEqual([["web", "ended", false]]);
  expect(ended).toEqual([["web", false]]);
});

test("what ignores TERM is killed at the grace period; others are not waited for", async () => {
  await using stage = await openStage();
  const web = await stage.start("web", ["sh", program("leader-and-child.sh")], { graceMs: 500 });
  const api = await stage.start("api", ["sh", stay, "api"]);
  await Promise.all(["leader", "child", "api"].map((name) => stage.actor(name)));
  const ended: [string, readonly string[]][] = [];
  const pursuits = await killWithoutProc(
    [await asByPs(stage, web), await asByPs(stage, api)],
    stage.options({ workspaceId: "ffffffffffff", onEnded: (service) => ended.push([service, stage.living()]) }),
  );
  expect(ended).toEqual([
    ["api", ["child"]],
    ["web", []],
  ]);
  expect(told(pursuits)).toEqual([
    ["web", "ended", true],
    ["api", "ended", false],
  ]);
});

test("force, and an escapee in a session of its own below a leader that lives", async () => {
  await using stage = await openStage();
  const started = await stage.start("web", `setsid sh ${stay} away TERM & exec sh ${stay} leader TERM`, {
    graceMs: 3_600_000,
  });
  await Promise.all(["leader", "away"].map((name) => stage.actor(name)));
  const options = stage.options({ workspaceId: "ffffffffffff", force: AbortSignal.abort() });
  expect(told(await killWithoutProc([await asByPs(stage, started)], options))).toEqual([["web", "ended", true]]);
  expect(stage.living()).toEqual([]);
});

test("a record whose PID now belongs to somebody else harms nobody", async () => {
  await using stage = await openStage();
  const started = await stage.start("web", `sh ${stay} child & exec sh ${stay} leader`);
  await Promise.all(["leader", "child"].map((name) => stage.actor(name)));
  const target = await asByPs(stage, started);
  const forged = { ...target, leader: { ...target.leader, startTime: "1000000000" } };
  const options = stage.options({ workspaceId: "ffffffffffff" });
  expect(told(await killWithoutProc([forged], options))).toEqual([["web", "ended", false]]);
  expect(stage.living()).toEqual(["child", "leader"]);
});

test("what keep_alive matches goes on", async () => {
  await using stage = await openStage();
  const text = `sh -c 'echo "daemon $$" >"$STAGE"; sh ${stay} worker; : gradle daemon' & exec sh ${stay} leader`;
  const started = await stage.start("web", text, { keepAlive: ["gradle daemon"] });
  await Promise.all(["leader", "daemon", "worker"].map((name) => stage.actor(name)));
  const options = stage.options({ workspaceId: "ffffffffffff" });
  expect(told(await killWithoutProc([await asByPs(stage, started)], options))).toEqual([["web", "ended", false]]);
  expect(stage.living()).toEqual(["daemon", "worker"]);
});

test("the stop signal comes once, however often we look", async () => {
  await using stage = await openStage();
  const patient = `my $asked = 0; $SIG{TERM} = sub { exit 9 if $asked++ }; open F, ">", $ENV{STAGE}; syswrite F, "patient $$\\n"; sleep 1 until $asked; select undef, undef, undef, 0.5; exit 0`;
  const started = await stage.start("patient", ["perl", "-e", patient]);
  await stage.actor("patient");
  await killWithoutProc([await asByPs(stage, started)], stage.options({ workspaceId: "ffffffffffff" }));
  expect(await started.process.exited).toEqual({ code: 0, signal: null });
});
