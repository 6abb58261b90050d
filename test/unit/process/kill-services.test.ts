import { readdirSync } from "node:fs";
import { expect, test } from "vitest";
import { killServices } from "../../../scripts/lib/process/kill-services.ts";
import { openStage, program, statOf, until } from "./stage.ts";

const stay = program("stay.sh");

test("a service that heeds its stop signal is gone, unforced", async () => {
  await using stage = await openStage();
  const { target, process: started } = await stage.start("web", ["sh", stay, "leader"]);
  await stage.actor("leader");
  const ended: [string, boolean][] = [];
  const result = await killServices(
    [target],
    stage.options({ onEnded: (service, forced) => ended.push([service, forced]) }),
  );
  expect(stage.living()).toEqual([]);
  expect(result).toEqual({ forced: [], survivors: [], strangers: [] });
  expect(ended).toEqual([["web", false]]);
  expect(await started.exited).toEqual({ code: null, signal: "SIGTERM" });
});

test("the stop signal is the service's own", async () => {
  await using stage = await openStage();
  const { target, process: started } = await stage.start("web", ["sh", stay, "leader", "TERM"], {
    stopSignal: "SIGUSR1",
  });
  await stage.actor("leader");
  expect((await killServices([target], stage.options())).forced).toEqual([]);
  expect(await started.exited).toEqual({ code: null, signal: "SIGUSR1" });
});

test("a leader ends on TERM while a child of its group ignores it: the child is killed at the grace period", async () => {
  await using stage = await openStage();
  const { target } = await stage.start("web", ["sh", program("leader-and-child.sh")], { graceMs: 150 });
  const [leader] = await Promise.all([stage.actor("leader"), stage.actor("child")]);
  const stopping = killServices([target], stage.options());
  await until(() => statOf(leader.pid)?.startTime !== leader.startTime);
  expect(stage.living()).toEqual(["child"]);
  const result = await stopping;
  expect(stage.living()).toEqual([]);
  expect(result).toEqual({ forced: ["web"], survivors: [], strangers: [] });
});

test("a shell that has put a child into the background takes it along", async () => {
  await using stage = await openStage();
  const { target } = await stage.start("web", `sh ${stay} behind & sh ${stay} before; echo never`);
  await Promise.all([stage.actor("behind"), stage.actor("before")]);
  expect(await killServices([target], stage.options())).toEqual({ forced: [], survivors: [], strangers: [] });
  expect(stage.living()).toEqual([]);
});

test("the leader ignores TERM: killed at the grace period, while others are not waited for", async () => {
  await using stage = await openStage();
  const stubborn = await stage.start("stubborn", ["sh", stay, "stubborn", "TERM"], { graceMs: 200 });
  const meek = await stage.start("meek", ["sh", stay, "meek"]);
  await Promise.all([stage.actor("stubborn"), stage.actor("meek")]);
  const ended: [string, boolean, readonly string[]][] = [];
  const result = await killServices(
    [stubborn.target, meek.target],
    stage.options({ onEnded: (service, forced) => ended.push([service, forced, stage.living()]) }),
  );
  expect(ended).toEqual([
    ["meek", false, ["stubborn"]],
    ["stubborn", true, []],
  ]);
  expect(result.forced).toEqual(["stubborn"]);
});

test("force kills at once, also in the middle of a grace period", async () => {
  await using stage = await openStage();
  const { target } = await stage.start("web", ["sh", stay, "leader", "TERM"], { graceMs: 3_600_000 });
  await stage.actor("leader");
  const force = new AbortController();
  const stopping = killServices([target], stage.options({ force: force.signal }));
  expect(stage.living()).toEqual(["leader"]);
  force.abort();
  expect((await stopping).forced).toEqual(["web"]);
  expect(stage.living()).toEqual([]);
});

test("force from the beginning asks nobody", async () => {
  await using stage = await openStage();
  const { target, process: started } = await stage.start("web", ["sh", stay, "leader"], { graceMs: 3_600_000 });
  await stage.actor("leader");
  const result = await killServices([target], stage.options({ force: AbortSignal.abort() }));
  expect(result.forced).toEqual(["web"]);
  expect(await started.exited).toEqual({ code: null, signal: "SIGKILL" });
});

test("ordered: the next is not asked before the one before it has ended", async () => {
  await using stage = await openStage();
  const first = await stage.start("first", ["sh", stay, "first", "TERM"], { graceMs: 100 });
  const second = await stage.start("second", ["sh", stay, "second"]);
  await Promise.all([stage.actor("first"), stage.actor("second")]);
  const living: (readonly string[])[] = [];
  const result = await killServices(
    [first.target, second.target],
    stage.options({ ordered: true, onEnded: () => living.push(stage.living()) }),
  );
  expect(living).toEqual([["second"], []]);
  expect(result.forced).toEqual(["first"]);
});

test("who is waited for is told about once a second", async () => {
  await using stage = await openStage();
  const { target } = await stage.start("web", `sh ${stay} child TERM & exec sh ${stay} leader TERM`, {
    graceMs: 2500,
  });
  await Promise.all([stage.actor("leader"), stage.actor("child")]);
  const told: { service: string; pid: number; children: number }[] = [];
  await killServices(
    [target],
    stage.options({ onWaiting: ({ service, pid, children }) => told.push({ service, pid, children }) }),
  );
  const expected = { service: "web", pid: target.leader.pid, children: 1 };
  expect(told).toEqual([expected, expected]);
});

test("a process that has been stopped is woken, so that it can heed the signal", async () => {
  await using stage = await openStage();
  const { target, process: started } = await stage.start("web", ["sh", stay, "leader"], { graceMs: 60_000 });
  const leader = await stage.actor("leader");
  process.kill(leader.pid, "SIGSTOP");
  await until(() => statOf(leader.pid)?.state === "T");
  expect((await killServices([target], stage.options())).forced).toEqual([]);
  expect(await started.exited).toEqual({ code: null, signal: "SIGTERM" });
});

test("zombies are no survivors: the parent never reaps, and the group is as good as empty", async () => {
  await using stage = await openStage();
  await stage.start("parent", ["perl", program("zombies.pl")]);
  const leader = await stage.actor("leader");
  const { target } = await stage.start("web", ["true"]);
  const orphan = { ...target, leader: { ...target.leader, ...leader }, pgid: leader.pid };
  const result = await killServices([orphan], stage.options());
  expect(statOf(leader.pid)?.state).toBe("Z");
  expect(() => process.kill(-leader.pid, 0)).not.toThrow();
  expect(result).toEqual({ forced: [], survivors: [], strangers: [] });
});

test("nothing lives any more: ended at once", async () => {
  await using stage = await openStage();
  const { target, process: started } = await stage.start("web", ["true"]);
  await started.exited;
  const ended: string[] = [];
  const result = await killServices([target], stage.options({ onEnded: (service) => ended.push(service) }));
  expect(result).toEqual({ forced: [], survivors: [], strangers: [] });
  expect(ended).toEqual(["web"]);
  expect(await killServices([], stage.options())).toEqual({ forced: [], survivors: [], strangers: [] });
});

test("the same service in two workspaces: one is stopped, the other goes on", async () => {
  await using here = await openStage();
  await using there = await openStage();
  const command = `sh ${stay} child & exec sh ${stay} leader`;
  const ours = await here.start("web", command);
  await there.start("web", command);
  await Promise.all([here.actor("leader"), here.actor("child"), there.actor("leader"), there.actor("child")]);
  await killServices([ours.target], here.options());
  expect(here.living()).toEqual([]);
  expect(there.living()).toEqual(["child", "leader"]);
});

test("a hundred services with a child each are stopped together", async () => {
  await using stage = await openStage();
  const services = [];
  for (let index = 0; index < 100; index += 1) {
    services.push(await stage.start(`s${index}`, `sh ${stay} child & exec sh ${stay} leader`));
  }
  await Promise.all([stage.actor("leader", 100), stage.actor("child", 100)]);
  const ended: string[] = [];
  const result = await killServices(
    services.map(({ target }) => target),
    stage.options({ onEnded: (service) => ended.push(service) }),
  );
  expect(stage.living()).toEqual([]);
  expect(result).toEqual({ forced: [], survivors: [], strangers: [] });
  expect(new Set(ended).size).toBe(100);
  expect(ended).toHaveLength(100);
});

test("the stop signal comes once, however often we look: a second one means 'at once' to many programs", async () => {
  await using stage = await openStage();
  const patient = `my $asked = 0; $SIG{TERM} = sub { exit 9 if $asked++ }; open F, ">", $ENV{STAGE}; syswrite F, "patient $$\\n"; sleep 1 until $asked; select undef, undef, undef, 0.3; exit 0`;
  const { target, process: started } = await stage.start("patient", ["perl", "-e", patient]);
  const others = [];
  for (const ms of [50, 100, 150, 200, 250]) {
    const slow = `$SIG{TERM} = sub { select undef, undef, undef, ${ms / 1000}; exit 0 }; open F, ">", $ENV{STAGE}; syswrite F, "slow $$\\n"; sleep 1000`;
    others.push((await stage.start(`slow${ms}`, ["perl", "-e", slow])).target);
  }
  await Promise.all([stage.actor("patient"), stage.actor("slow", 5)]);
  const result = await killServices([target, ...others], stage.options());
  expect(result).toEqual({ forced: [], survivors: [], strangers: [] });
  expect(await started.exited).toEqual({ code: 0, signal: null });
});

test("a process whose main thread has ended is not taken for a zombie", async () => {
  await using stage = await openStage();
  const { target } = await stage.start("web", ["perl", program("threads.pl")]);
  await stage.actor("headless");
  expect(await killServices([target], stage.options())).toEqual({ forced: [], survivors: [], strangers: [] });
  // What is left, until it is reaped, is a zombie of one thread.
  expect(threadsOf(target.leader.pid)).toBeLessThanOrEqual(1);
});

function threadsOf(pid: number): number {
  try {
    return readdirSync(`/proc/${pid}/task`).length;
  } catch {
    return 0;
  }
}
