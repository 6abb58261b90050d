import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { createServer } from "node:net";
import { text } from "node:stream/consumers";
import { describe, expect, test } from "vitest";
import { killServices } from "../../../scripts/lib/process/kill-services.ts";
import { openStage, program } from "./stage.ts";

const stay = program("stay.sh");
const clean = { forced: [], survivors: [], strangers: [] };

describe("a record that has gone stale harms nobody", () => {
  test.each([
    ["its PID belongs to another process now", { startTime: "1" }],
    ["another boot", { bootId: "00000000-0000-0000-0000-000000000000" }],
  ])("%s", async (_name, forged) => {
    await using stage = await openStage();
    const { target } = await stage.start("web", `sh ${stay} child & exec sh ${stay} leader`);
    await Promise.all([stage.actor("leader"), stage.actor("child")]);
    // Not the marker either: the stranger is another run's.
    const stale = { ...target, runId: "earlier", leader: { ...target.leader, ...forged } };
    const force = AbortSignal.abort();
    expect(await killServices([stale], stage.options({ force }))).toEqual(clean);
    expect(stage.living()).toEqual(["child", "leader"]);
  });

  test("the leader is dead, and its number now leads a stranger's session", async () => {
    await using stage = await openStage();
    const ours = await stage.start("web", ["true"]);
    await ours.process.exited;
    const theirs = await stage.start("editor", `sh ${stay} child & exec sh ${stay} leader`);
    await Promise.all([stage.actor("leader"), stage.actor("child")]);
    const { pid } = theirs.target.leader;
    // Both may have started within one tick of the clock.
    const startTime = String(Number(theirs.target.leader.startTime) - 1);
    const stale = { ...ours.target, leader: { ...ours.target.leader, pid, startTime }, pgid: pid };
    expect(await killServices([stale], stage.options())).toEqual(clean);
    expect(stage.living()).toEqual(["child", "leader"]);
  });

  test("the same, and the stranger's leader is dead too: what is left bears another marker", async () => {
    await using stage = await openStage();
    const ours = await stage.start("web", ["true"]);
    await ours.process.exited;
    const theirs = await stage.start("editor", `sh ${stay} child & exec sh ${stay} leader`);
    await Promise.all([stage.actor("leader"), stage.actor("child")]);
    const { pid } = theirs.target.leader;
    process.kill(pid, "SIGKILL");
    await theirs.process.exited;
    const stale = { ...ours.target, leader: { ...ours.target.leader, pid }, pgid: pid };
    expect(await killServices([stale], stage.options())).toEqual(clean);
    expect(stage.living()).toEqual(["child"]);
  });

  test("an earlier run of the same service is another run", async () => {
    await using stage = await openStage();
    const earlier = await stage.start("web", ["perl", program("daemon.pl"), "earlier"]);
    await Promise.all([stage.actor("leader"), stage.actor("earlier")]);
    const later = await stage.start("web", ["sh", stay, "later"]);
    await stage.actor("later");
    expect(await killServices([earlier.target], stage.options())).toEqual(clean);
    expect(stage.living()).toEqual(["later"]);
    expect(await killServices([later.target], stage.options())).toEqual(clean);
    expect(stage.living()).toEqual([]);
  });
});

test("what keep_alive matches goes on, in the very group that is killed; the rest does not", async () => {
  await using stage = await openStage();
  const command = `sh -c 'echo "daemon $$" >"$STAGE"; sh ${stay} worker; : gradle daemon' & sh ${stay} child & exec sh ${stay} leader`;
  const { target } = await stage.start("web", command, { keepAlive: ["gradle daemon"] });
  await Promise.all(["leader", "child", "daemon", "worker"].map((name) => stage.actor(name)));
  expect(await killServices([target], stage.options())).toEqual(clean);
  expect(stage.living()).toEqual(["daemon", "worker"]);
  // Asked again: there is nothing to do.
  expect(await killServices([target], stage.options({ force: AbortSignal.abort() }))).toEqual(clean);
  expect(stage.living()).toEqual(["daemon", "worker"]);
});

test("a stop that runs inside of the service it stops ends all but itself, and lives to tell", async () => {
  const child = spawn(process.execPath, [program("stop-itself.ts")], {
    detached: true,
    stdio: ["ignore", "pipe", "inherit"],
  });
  const [told] = await Promise.all([text(child.stdout), once(child, "exit")]);
  expect(JSON.parse(told)).toEqual({ isLeader: true, child: [null, "SIGTERM"], result: clean });
});

test("a declared port that a stranger holds is a note, not a failure", async () => {
  await using stage = await openStage();
  const server = createServer();
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  const port = address !== null && typeof address === "object" ? address.port : 0;
  const { target } = await stage.start("web", ["sh", stay, "leader"], { ports: [port, 1] });
  await stage.actor("leader");
  expect(await killServices([target], stage.options())).toEqual({
    ...clean,
    strangers: [{ service: "web", port, pid: process.pid }],
  });
  server.close();
});

test("a port that ours held is free when we are done", async () => {
  await using stage = await openStage();
  const listen =
    'const s = require("net").createServer().listen(0, "127.0.0.1", () => require("fs").appendFileSync(process.env.STAGE, `port-${s.address().port} ${process.pid}\\n`))';
  const { target } = await stage.start("web", [process.execPath, "-e", listen]);
  const port = await portOf(stage.actors);
  expect(await killServices([{ ...target, ports: [port] }], stage.options())).toEqual(clean);
});

test("what may not be signalled is a survivor, by name", async ({ skip }) => {
  if (process.getuid?.() !== 0) skip("only root can start a process that we then may not signal");
  // We are root; a helper that is not tries to stop a service of root's.
  await using stage = await openStage();
  const { target } = await stage.start("web", ["sh", stay, "leader"], { graceMs: 10 });
  await stage.actor("leader");
  const result = runAsNobody("stop-anothers.ts", String(target.leader.pid));
  expect(result).toEqual({
    ...clean,
    survivors: [{ service: "web", pid: target.leader.pid, command: "sleep 1000" }],
  });
  expect(stage.living()).toEqual(["leader"]);
});

test("an ordinary user can do it all", () => {
  const told = runAsNobody("stop-unprivileged.ts");
  const end = { code: null, signal: "SIGTERM" };
  expect(told).toEqual({ isRoot: false, locked: true, recorded: true, result: clean, end });
});

/** Runs a program of ours as a user without rights; as ourselves, if that is what we are. */
function runAsNobody(name: string, ...args: readonly string[]): unknown {
  const user = process.getuid?.() === 0 ? { uid: 65_534, gid: 65_534 } : {};
  const told = execFileSync(process.execPath, [program(name), ...args], { encoding: "utf8", cwd: "/", ...user });
  return JSON.parse(told);
}

async function portOf(actors: () => readonly { name: string }[]): Promise<number> {
  for (;;) {
    const port = /^port-(\d+)$/.exec(actors().at(-1)?.name ?? "")?.[1];
    if (port !== undefined) return Number(port);
    await new Promise((resolve) => setTimeout(resolve, 2));
  }
}
