import { spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { get } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { freePort } from "../../support/free-port.ts";
import { isAlive, killForSure, look, processesOf } from "../../support/processes.ts";
import { programInShell } from "../../support/program.ts";
import { RigServer } from "../../support/rig-server.ts";
import type { SteeredProgram } from "../../support/steered-program.ts";
import { until } from "../../support/until.ts";

// The other tests believe what the rig tells them; here it is put to the proof, without the product.

let folder = "";
let rig: RigServer;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), "gswell-rig-"));
  rig = new RigServer(join(folder, "s"));
  await rig.listen();
});

afterEach(async () => {
  for (const one of rig.census()) killForSure(one);
  await rig.close();
  rmSync(folder, { recursive: true, force: true });
});

async function start(name: string, ...flags: readonly string[]): Promise<SteeredProgram> {
  spawn("/bin/sh", ["-c", `exec ${programInShell(name, ...flags)}`], {
    cwd: folder,
    env: { RIG_SOCKET: rig.socketPath },
    stdio: ["ignore", "ignore", "inherit"],
    detached: true,
  });
  return await rig.program(name, rig.runsOf(name).length + 1, () => "");
}

async function statusOf(port: number): Promise<number | string> {
  return await new Promise((resolve) => {
    get({ port, host: "127.0.0.1" }, (response) => {
      response.resume();
      resolve(response.statusCode ?? 0);
    }).on("error", (error: NodeJS.ErrnoException) => resolve(error.code ?? "error"));
  });
}

test("a program says who it is", async () => {
  const db = await start("db", "--port", "1");
  expect(db).toMatchObject({ name: "db", ppid: process.pid, cwd: folder, group: db.pid, session: db.pid });
  expect(db.argv.slice(2)).toEqual(["db", "--port", "1"]);
  expect(db.startTime).toBe(look(db.pid)?.startTime);
});

test("it refuses, answers 200 and answers 503 as it is told", async () => {
  const port = freePort();
  const web = await start("web", "--port", String(port));
  expect(await statusOf(port)).toBe("ECONNREFUSED");
  await web.becomeHealthy();
  expect(await statusOf(port)).toBe(200);
  await web.becomeSick();
  expect(await statusOf(port)).toBe(503);
  await web.closePorts();
  expect(await statusOf(port)).toBe("ECONNREFUSED");
});

test("stamps of two programs can be compared", async () => {
  const first = await start("first");
  const healthyAt = await first.becomeHealthy();
  const second = await start("second");
  expect(first.startedAt).toBeLessThan(healthyAt);
  expect(healthyAt).toBeLessThan(second.startedAt);
});

test("it ends by order: exit code, signal", async () => {
  const one = await start("one");
  await one.exit(3);
  expect(one.isAlive()).toBe(false);
  const two = await start("two");
  await two.die("SIGKILL");
  expect(two.isAlive()).toBe(false);
});

test("it ignores a signal and tells when it came", async () => {
  const deaf = await start("deaf");
  await deaf.ignore("SIGTERM");
  process.kill(deaf.pid, "SIGTERM");
  expect(await deaf.received("SIGTERM")).toBeGreaterThan(deaf.startedAt);
  expect(deaf.isAlive()).toBe(true);
});

test("grandchildren: in its session, in their own, and orphaned by a double fork", async () => {
  const parent = await start("parent");
  const near = await parent.spawnGrandchild();
  const far = await parent.spawnGrandchild({ setsid: true, wipeEnvironment: true });
  const orphan = await parent.spawnGrandchild({ orphan: true, ignoreTerm: true });
  expect(near).toMatchObject({ ppid: parent.pid, session: parent.session });
  expect(far).toMatchObject({ ppid: parent.pid, session: far.pid, group: far.pid });
  expect(Object.keys(far.env)).toEqual(["RIG_SOCKET"]);
  await until(() => look(orphan.pid)?.ppid !== parent.pid, "the orphan has another parent");
  expect(rig.census()).toHaveLength(4);
  const found = new Set(processesOf(folder, rig.socketPath).map(({ pid }) => pid));
  expect(found).toEqual(new Set([parent, near, far, orphan].map(({ pid }) => pid)));
});

test("all of them end when the test goes away, even those that ignore SIGTERM; a detached one does not", async () => {
  const deaf = await start("deaf", "--ignore", "SIGTERM");
  const orphan = await deaf.spawnGrandchild({ orphan: true, setsid: true });
  const kept = await start("kept");
  await kept.detach();
  await rig.close();
  await Promise.all([deaf.ended(), orphan.ended()]);
  expect(kept.isAlive()).toBe(true);
});

test("a process is told from a later one with the same PID", async () => {
  const one = await start("one");
  expect(isAlive(one)).toBe(true);
  expect(isAlive({ pid: one.pid, startTime: String(Number(one.startTime) - 1) })).toBe(false);
});

test("a free port is free, and never the same twice", async () => {
  const ports = Array.from({ length: 50 }, () => freePort());
  expect(new Set(ports).size).toBe(50);
  const web = await start("web");
  for (const port of ports.slice(0, 5)) await web.listen(port);
  for (const port of ports) {
    expect(port).toBeGreaterThanOrEqual(20_000);
    expect(port).toBeLessThan(32_768);
  }
});
