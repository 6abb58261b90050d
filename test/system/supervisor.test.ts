import { mkdirSync, symlinkSync } from "node:fs";
import { DatabaseSync } from "node:sqlite";
import { describe, expect, onTestFinished, test } from "vitest";
import { faultPoint } from "../support/fault-point.ts";
import { look } from "../support/processes.ts";
import { healthy, program, steered } from "../support/program.ts";
import { until } from "../support/until.ts";
import { workspace } from "../support/workspace.ts";

const apiAndDb = () => `services:\n  api: ${healthy("api", "depends_on: [db]")}\n  db: ${healthy("db")}\n`;

describe("the supervisor", () => {
  test("is one, however often start_dev is run; after stop it is gone", async () => {
    await using dev = await workspace(apiAndDb());
    await dev.run("start_dev");
    const [first] = dev.supervisors();
    await dev.run("start_dev");
    expect(dev.supervisors().map(({ pid }) => pid)).toEqual([first?.pid]);
    expect(await dev.run("stop")).toMatchObject({ exitCode: 0 });
    await until(() => dev.supervisors().length === 0, "the supervisor has left");
    expect(dev.strays()).toEqual([]);
  });

  test("is the parent of every service, each of which leads a group and session of its own", async () => {
    await using dev = await workspace(apiAndDb());
    await dev.run("start_dev");
    const supervisor = await dev.supervisor();
    expect(look(supervisor.pid)?.session).toBe(supervisor.pid);
    for (const service of await dev.programs("api", "db")) {
      expect(service).toMatchObject({ ppid: supervisor.pid, group: service.pid, session: service.pid });
      expect((await dev.statusOf(service.name)).pid).toBe(service.pid);
    }
    await dev.stopAll();
  });

  test("leaves when its last service has ended by itself", async () => {
    await using dev = await workspace(`services:\n  web: ${healthy("web")}\n`);
    await dev.run("start_dev");
    await (await dev.program("web")).exit(0);
    await dev.nothingIsLeft();
    expect(await dev.statusOf("web")).toMatchObject({ phase: "failed", exitCode: 0 });
  });

  test("gives its services a clean environment and no descriptor of the caller's", async () => {
    await using dev = await workspace(`services:\n  web: ${healthy("web", "environment: { COLOUR: green }")}\n`);
    const ambient = {
      npm_config_x: "1",
      INIT_CWD: "/",
      GROUNDSWELL_X: "1",
      DEBUG: "1",
      PARALLEL_START_TIMEOUT: "50",
      MINE: "yes",
    };
    const start = await dev.shell(`exec 9>held; exec "$0" "$@"`, ambient, "start_dev");
    expect(start).toMatchObject({ exitCode: 0 });
    const web = await dev.program("web");
    expect(web.env).toMatchObject({ MINE: "yes", COLOUR: "green", PYTHONUNBUFFERED: "1" });
    const leaked = ["npm_config_x", "INIT_CWD", "GROUNDSWELL_X", "DEBUG", "PARALLEL_START_TIMEOUT"];
    expect(Object.keys(web.env).filter((name) => leaked.includes(name))).toEqual([]);
    expect(dev.descriptorsOf(web.pid).filter((path) => path.endsWith("/held"))).toEqual([]);
    await dev.stopAll();
  });
});

describe("kill -9 of the supervisor", () => {
  test("the services live on; status finds them and says that nobody watches", async () => {
    await using dev = await workspace(apiAndDb());
    await dev.run("start_dev");
    const [api, db] = await dev.programs("api", "db");
    await dev.killSupervisor();
    expect([api.isAlive(), db.isAlive()]).toEqual([true, true]);
    expect((await dev.status()).supervisor).toBeNull();
    expect(await dev.statusOf("api")).toMatchObject({ phase: "ready", pid: api.pid });
    expect(await dev.statusOf("db")).toMatchObject({ phase: "ready", pid: db.pid });
    const table = await dev.run("status");
    expect(table.exitCode).toBe(0);
    expect(table.stdout + table.stderr).toMatch(/unsupervised/);
    expect(dev.supervisors()).toEqual([]); // status launches none
    await dev.stopAll();
  });

  test("status sees what died since", async () => {
    await using dev = await workspace(apiAndDb());
    await dev.run("start_dev");
    await dev.killSupervisor();
    await (await dev.program("api")).exit(3);
    expect(await dev.statusOf("api")).toMatchObject({ phase: "failed", pid: null });
    expect(await dev.run("status")).toMatchObject({ exitCode: 1 });
    await dev.stopAll();
  });

  test("stop ends everything, without a new supervisor", async () => {
    await using dev = await workspace(apiAndDb());
    await dev.run("start_dev");
    await dev.killSupervisor();
    expect(await dev.run("stop")).toMatchObject({ exitCode: 0 });
    expect(dev.census()).toEqual([]);
    expect(dev.strays()).toEqual([]);
  });

  test("start_dev adopts: a new supervisor, the same processes", async () => {
    await using dev = await workspace(apiAndDb());
    await dev.run("start_dev");
    const killed = await dev.killSupervisor();
    const before = dev.census();
    expect(await dev.run("start_dev")).toMatchObject({ exitCode: 0 });
    expect(dev.census()).toEqual(before);
    expect(dev.started()).toHaveLength(2);
    expect((await dev.supervisor()).pid).not.toBe(killed.pid);
    expect((await dev.status()).services.map(({ phase }) => phase)).toEqual(["ready", "ready"]);
    await dev.stopAll();
  });

  test("the death of an adopted service is seen", async () => {
    await using dev = await workspace(apiAndDb(), { env: { PROCESS_CHECK_INTERVAL: "0.1" } });
    await dev.run("start_dev");
    await dev.killSupervisor();
    await dev.run("start_dev");
    await (await dev.program("api")).die("SIGKILL");
    await until(async () => (await dev.statusOf("api")).phase === "failed", "the death of api was seen");
    expect((await dev.statusOf("db")).phase).toBe("ready");
    await dev.stopAll();
  });

  test("during a start: the next start_dev goes on where it was", async () => {
    await using dev = await workspace(
      `services:\n  db: ${steered("db")}\n  api: ${healthy("api", "depends_on: [db]")}\n`,
    );
    const first = dev.run("start_dev");
    const db = await dev.program("db");
    await dev.killSupervisor();
    expect((await first).exitCode).not.toBe(0);
    const second = dev.run("start_dev");
    // Kept or started anew: one db, and it is the one that status shows.
    await until(
      async () => (await dev.statusOf("db")).phase === "starting" && dev.supervisors().length === 1,
      "db is starting",
    );
    const current = dev.runsOf("db").at(-1) ?? db;
    await current.becomeHealthy();
    expect(await second).toMatchObject({ exitCode: 0 });
    expect(dev.runsOf("db").filter((run) => run.isAlive())).toHaveLength(1);
    await dev.stopAll();
  });
});

test("stop ends an adopted service that is still starting, long before its time is up", async () => {
  await using dev = await workspace(`services:\n  db: ${steered("db", "start_timeout: 10m")}\n`);
  const first = dev.run("start_dev");
  const db = await dev.program("db");
  await dev.killSupervisor();
  await first;
  const second = dev.run("start_dev");
  await second.says(/taken over/);
  expect(await dev.run("stop")).toMatchObject({ exitCode: 0 });
  expect(db.isAlive()).toBe(false);
  expect((await second).exitCode).toBe(1);
  await dev.nothingIsLeft();
});

test("a supervisor that does not get the lock does nothing at all", async () => {
  await using dev = await workspace(`services:\n  web: ${healthy("web")}\n  db: ${healthy("db")}\n`);
  await dev.run("start_dev", "web");
  await dev.killSupervisor();
  dev.forget(); // web is a leftover now: whoever acts here would end it, and start db
  mkdirSync(dev.path(".groundswell"), { mode: 0o700 });
  const lock = new DatabaseSync(dev.path(".groundswell/lock.db"));
  onTestFinished(() => {
    if (lock.isOpen) lock.close();
  });
  lock.exec("BEGIN EXCLUSIVE");
  const start = await dev.run("start_dev");
  expect(start.exitCode).not.toBe(0);
  expect(start.stderr).toContain("SUPERVISOR_UNRESPONSIVE");
  expect((await dev.program("web")).isAlive()).toBe(true);
  expect(dev.started()).toHaveLength(1);
  lock.close();
  await dev.stopAll();
});

test("Ctrl-C while an adopted service is still starting: it is stopped, and the start ends", async () => {
  await using dev = await workspace(`services:\n  db: ${steered("db", "start_timeout: 10m")}\n`);
  const first = dev.run("start_dev");
  const db = await dev.program("db");
  await dev.killSupervisor();
  await first;
  const second = dev.run("start_dev");
  await second.says(/taken over/);
  second.interrupt();
  expect(await second).toMatchObject({ signal: "SIGINT" });
  expect(db.isAlive()).toBe(false);
  await dev.nothingIsLeft();
});

test("a log of decisions that cannot be written decides nothing", async () => {
  await using dev = await workspace(`services:\n  db: ${healthy("db")}\n`, { env: { DEBUG: "true" } });
  mkdirSync(dev.path("logs"));
  // A file that not even root may write.
  symlinkSync("/proc/version", dev.path("logs", "startup_debug.log"));
  expect(await dev.run("start_dev")).toMatchObject({ exitCode: 0 });
  await dev.stopAll();
});

test("a supervisor that does not answer: stop says so, kills it and ends everything", async () => {
  await using dev = await workspace(apiAndDb());
  await dev.run("start_dev");
  const supervisor = await dev.supervisor();
  process.kill(supervisor.pid, "SIGSTOP");
  const end = await dev.run("stop");
  expect(end.exitCode).toBe(0);
  expect(end.stdout + end.stderr).toMatch(/supervisor/);
  expect(dev.census()).toEqual([]);
  expect(dev.strays()).toEqual([]);
});

describe("what ends by itself", () => {
  test("restart: no: stays dead, the others live on", async () => {
    await using dev = await workspace(`services:\n  web: ${healthy("web")}\n  db: ${healthy("db")}\n`);
    await dev.run("start_dev");
    await (await dev.program("web")).die("SIGTERM");
    await until(async () => (await dev.statusOf("web")).phase === "failed", "the death of web was seen");
    expect((await dev.statusOf("web")).reason).toContain("SIGTERM");
    expect(dev.runsOf("web")).toHaveLength(1);
    expect((await dev.statusOf("db")).phase).toBe("ready");
    await dev.stopAll();
  });
});

test("a supervisor that was asked nothing does not hide what the one before it had just spawned", async () => {
  await using dev = await workspace(`services:\n  db: { command: ${program("db")} }\n`);
  const right = dev.read("services.yaml");
  {
    using spawned = faultPoint(dev, "spawned");
    const start = dev.runWith(spawned.env, "start_dev");
    await spawned.reached();
    await dev.program("db");
    // First the command: it would launch another one.
    start.interrupt("SIGKILL");
    await start;
    await dev.killSupervisor();
  }
  // Its supervisor is launched before the file is read, and ends without having looked at anything.
  dev.write("services.yaml", "services: { db: {} }\n");
  expect(await dev.run("start_dev")).toMatchObject({ exitCode: 78 });
  await until(() => dev.supervisors().length === 0, "no supervisor is left");
  dev.write("services.yaml", right);
  await dev.stopAll();
});

test.each([[[]], [["here"]]])("supervisor %j, typed by a user: told that it is nothing to type", async (args) => {
  await using dev = await workspace("services: {}\n");
  const end = await dev.run("supervisor", ...args);
  expect(end).toMatchObject({ exitCode: 64, stdout: "" });
  expect(end.stderr).toMatch(
    /^error\[USAGE\]: supervisor is nothing to type: start_dev launches it\nhint: status tells whether one runs, stop ends it\.\n/,
  );
  expect(dev.strays()).toEqual([]);
});

test("supervisor --help is help", async () => {
  await using dev = await workspace("services: {}\n");
  const end = await dev.run("supervisor", "--help");
  expect(end).toMatchObject({ exitCode: 0, stderr: "" });
  expect(end.stdout).toContain("Nothing to type: start_dev launches it");
});
