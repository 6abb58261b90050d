import { mkdirSync, readdirSync } from "node:fs";
import { expect, test } from "vitest";
import { freePort } from "../support/free-port.ts";
import { healthy } from "../support/program.ts";
import { requires } from "../support/requires.ts";
import { type SmallDisk, smallDisk } from "../support/small-disk.ts";
import { temporaryFiles } from "../support/temporary-files.ts";
import { until } from "../support/until.ts";
import { type Workspace, workspace } from "../support/workspace.ts";

const names = ["db", "web"] as const;
const [dbPort, webPort] = [freePort(), freePort()];
const yaml = `services:
  db: ${healthy("db", "", { port: dbPort, check: "interval: 50ms, retries: 1" })}
  web: ${healthy("web", "", { port: webPort })}
`;

/** The whole workspace is on the small disk. */
function onSmallDisk(dev: Workspace): SmallDisk {
  const disk = smallDisk(dev.root);
  dev.write("services.yaml", yaml);
  return disk;
}

const living = (dev: Workspace): readonly string[] =>
  names.filter((name) => dev.strays().some(({ command }) => command.includes(`steered-program.mjs ${name} `)));

requires("tmpfs")("disk full (small tmpfs)", () => {
  test("PID file: what cannot be recorded is killed, and failed (record-unwritable); the others live on", async () => {
    await using dev = await workspace(yaml);
    using disk = onSmallDisk(dev);
    expect(await dev.run("start_dev", "db")).toMatchObject({ exitCode: 0 });
    const db = await dev.program("db");
    disk.fill();
    const start = await dev.run("start_dev", "--json");
    expect(start.exitCode).toBe(2);
    expect(start.stdout).toContain(`"kind":"record-unwritable","errno":"ENOSPC"`);
    expect(living(dev)).toEqual(["db"]);
    expect(db.isAlive()).toBe(true);
    expect(readdirSync(dev.path("pids"))).toEqual(["db.pid"]);
    expect(await dev.statusOf("web")).toMatchObject({ phase: "failed", pid: null });
    disk.clear();
    expect(await dev.run("start_dev")).toMatchObject({ exitCode: 0 });
    expect(living(dev)).toEqual(names);
    await dev.stopAll();
  });

  test("before the first start: said in a sentence, nothing runs", async () => {
    await using dev = await workspace(yaml);
    using disk = onSmallDisk(dev);
    disk.fill();
    const start = await dev.run("start_dev");
    expect(start.exitCode).not.toBe(0);
    expect(start.stderr).toMatch(/WORKSPACE_UNWRITABLE[^\n]*ENOSPC/);
    await dev.nothingIsLeft();
    disk.clear();
    expect(await dev.run("start_dev")).toMatchObject({ exitCode: 0 });
    await dev.stopAll();
  });

  test("before a later start: nothing comes up, nothing is left", async () => {
    await using dev = await workspace(yaml);
    using disk = onSmallDisk(dev);
    expect(await dev.run("start_dev")).toMatchObject({ exitCode: 0 });
    await dev.stopAll();
    disk.fill();
    const start = await dev.run("start_dev");
    expect(start.exitCode).toBe(1);
    expect(start.stderr).toContain("ENOSPC");
    await dev.nothingIsLeft();
    expect(await dev.run("stop")).toMatchObject({ exitCode: 0 });
    expect(readdirSync(dev.path("pids"))).toEqual([]);
  });

  test("state.json: no service dies of it, what is known is right, stop works", async () => {
    await using dev = await workspace(yaml);
    using disk = onSmallDisk(dev);
    expect(await dev.run("start_dev")).toMatchObject({ exitCode: 0 });
    const [db, web] = await dev.programs("db", "web");
    disk.fill();
    using tries = temporaryFiles(dev.path(".groundswell"));
    await db.becomeSick();
    await until(async () => (await dev.statusOf("db")).phase === "unhealthy", "db is unhealthy");
    await until(() => tries.seen().length > 0, "it was tried to write it down");
    // Each status, once it is answered, has it tried again: what is seen at one moment may be a try that is not over.
    await until(
      () => readdirSync(dev.path(".groundswell")).every((file) => !file.endsWith(".tmp")),
      "nothing half-written is left",
    );
    expect(() => void JSON.parse(dev.read(".groundswell/state.json"))).not.toThrow();
    expect(dev.read(".groundswell/supervisor.log")).not.toMatch(/^\s+at /m);
    expect([db.isAlive(), web.isAlive()]).toEqual([true, true]);
    await dev.stopAll();
    expect(readdirSync(dev.path("pids"))).toEqual([]);
  });

  test("and the supervisor killed: stop works from what is there", async () => {
    await using dev = await workspace(yaml);
    using disk = onSmallDisk(dev);
    expect(await dev.run("start_dev")).toMatchObject({ exitCode: 0 });
    await dev.killSupervisor();
    disk.fill();
    expect((await dev.run("status")).exitCode).toBe(0);
    await dev.stopAll();
    expect(readdirSync(dev.path("pids"))).toEqual([]);
  });

  test("and the supervisor ended: stop works from what is there", async () => {
    await using dev = await workspace(yaml);
    using disk = onSmallDisk(dev);
    expect(await dev.run("start_dev")).toMatchObject({ exitCode: 0 });
    const supervisor = await dev.supervisor();
    process.kill(supervisor.pid, "SIGTERM");
    await until(() => dev.supervisors().length === 0, "the supervisor has left its services to themselves");
    disk.fill();
    expect(living(dev)).toEqual(names);
    await dev.stopAll();
  });

  test("and the supervisor killed: start_dev adopts what is there", async () => {
    await using dev = await workspace(yaml);
    using disk = onSmallDisk(dev);
    expect(await dev.run("start_dev")).toMatchObject({ exitCode: 0 });
    await dev.killSupervisor();
    disk.fill();
    expect(await dev.run("start_dev")).toMatchObject({ exitCode: 0 });
    expect(dev.started()).toHaveLength(2);
    expect(living(dev)).toEqual(names);
    await dev.stopAll();
  });

  test("history.json: the start does not mind, and goes on with it when there is room", async () => {
    await using dev = await workspace(yaml);
    using disk = onSmallDisk(dev);
    expect(await dev.run("start_dev")).toMatchObject({ exitCode: 0 });
    // Written just after the start's end is told.
    await until(() => dev.has(".groundswell/history.json"), "the start has its history");
    const before = dev.read(".groundswell/history.json");
    disk.fill();
    // It gives back a PID file's room, and takes it again: nothing is left for history.
    const restart = await dev.run("restart", "db");
    expect(restart.stdout + restart.stderr).not.toContain("history");
    expect(dev.read(".groundswell/history.json")).toBe(before);
    disk.clear();
    expect(await dev.run("restart")).toMatchObject({ exitCode: 0 });
    await until(() => dev.read(".groundswell/history.json") !== before, "history goes on");
    await dev.stopAll();
  });

  test("events.ndjson: events are lost, which is said once, and nothing else; lines stay whole", async () => {
    await using dev = await workspace(yaml);
    mkdirSync(dev.path("logs"));
    using disk = smallDisk(dev.path("logs"));
    expect(await dev.run("start_dev")).toMatchObject({ exitCode: 0 });
    const [db, web] = await dev.programs("db", "web");
    const logged = () => (dev.has("logs/events.ndjson") ? dev.read("logs/events.ndjson") : "");
    await until(() => logged().includes("start-finished"), "the start was written down");
    disk.fill();
    const complaints = () => dev.read(".groundswell/supervisor.log").match(/events are lost/g)?.length ?? 0;
    for (let round = 0; round < 40 && complaints() === 0; round += 1) {
      await db.becomeSick();
      await until(async () => (await dev.statusOf("db")).phase === "unhealthy", "db is unhealthy");
      await db.becomeHealthy();
      await until(async () => (await dev.statusOf("db")).phase === "ready", "db is ready again");
    }
    await db.becomeSick();
    await until(async () => (await dev.statusOf("db")).phase === "unhealthy", "db is unhealthy once more");
    expect([db.isAlive(), web.isAlive()]).toEqual([true, true]);
    disk.clear();
    await dev.stopAll();
    expect(complaints()).toBe(1);
    const lines = logged().trimEnd().split("\n");
    for (const line of lines) expect(() => void JSON.parse(line), line).not.toThrow();
    expect(lines.at(-1)).toContain("stop-finished");
  });

  test("wait and status --watch need no room", async () => {
    await using dev = await workspace(yaml);
    using disk = onSmallDisk(dev);
    expect(await dev.run("start_dev")).toMatchObject({ exitCode: 0 });
    disk.fill();
    expect(await dev.run("wait")).toMatchObject({ exitCode: 0 });
    await dev.killSupervisor();
    expect(await dev.run("wait")).toMatchObject({ exitCode: 0 });
    const watch = dev.run("status", "--watch");
    await watch.says(/All 2 services are ready/);
    watch.interrupt();
    await watch;
    await dev.stopAll();
  });

  test("log: the service is told, and lives on if it likes; nobody else is harmed", async () => {
    await using dev = await workspace(yaml);
    using disk = onSmallDisk(dev);
    expect(await dev.run("start_dev")).toMatchObject({ exitCode: 0 });
    const [db, web] = await dev.programs("db", "web");
    await web.print("before\n");
    disk.fill();
    await expect(web.print("x".repeat(8192))).rejects.toThrow("ENOSPC");
    disk.clear();
    await web.print("\nafter\n");
    expect(dev.read("logs/web.log")).toMatch(/^before\n[^]*\nafter\n$/);
    expect([db.isAlive(), web.isAlive()]).toEqual([true, true]);
    expect((await dev.status()).services.map(({ phase }) => phase)).toEqual(["ready", "ready"]);
    await dev.stopAll();
  });
});
