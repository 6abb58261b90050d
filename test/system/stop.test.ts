import { describe, expect, test } from "vitest";
import { healthy, program } from "../support/program.ts";
import { workspace } from "../support/workspace.ts";

describe("stop", () => {
  test("ends every process and says what it stopped", async () => {
    await using dev = await workspace(
      `services:\n  api: ${healthy("api", "depends_on: [db]")}\n  db: ${healthy("db")}\n`,
    );
    expect(await dev.run("start_dev")).toMatchObject({ exitCode: 0 });
    const end = await dev.run("stop");
    expect(end.exitCode).toBe(0);
    expect(dev.census()).toEqual([]);
    expect(end.stdout + end.stderr).toMatch(/api[^]*db|db[^]*api|\b2\b/);
    await dev.nothingIsLeft();
    expect((await dev.status()).services.map(({ phase }) => phase)).toEqual(["killed", "killed"]);
  });

  test("where nothing ever ran: exit 0, and no supervisor is launched for it", async () => {
    await using dev = await workspace(`services:\n  web: ${healthy("web")}\n`);
    expect(await dev.run("stop")).toMatchObject({ exitCode: 0 });
    expect(dev.strays()).toEqual([]);
  });

  test("twice: the second finds nothing, exit 0", async () => {
    await using dev = await workspace(`services:\n  web: ${healthy("web")}\n`);
    expect(await dev.run("start_dev")).toMatchObject({ exitCode: 0 });
    expect(await dev.run("stop")).toMatchObject({ exitCode: 0 });
    expect(await dev.run("stop")).toMatchObject({ exitCode: 0 });
  });

  test("from a folder below the workspace", async () => {
    await using dev = await workspace(`services:\n  web: ${healthy("web")}\n`, { files: { "src/deep/x.txt": "" } });
    expect(await dev.run("start_dev")).toMatchObject({ exitCode: 0 });
    expect(await dev.runIn("src/deep", "status")).toMatchObject({ exitCode: 0 });
    expect(await dev.runIn("src/deep", "stop")).toMatchObject({ exitCode: 0 });
    expect(dev.census()).toEqual([]);
  });

  test("needs no readable services.yaml", async () => {
    await using dev = await workspace(`services:\n  web: ${healthy("web")}\n`);
    expect(await dev.run("start_dev")).toMatchObject({ exitCode: 0 });
    dev.write("services.yaml", "services: [oh\n");
    expect(await dev.run("stop")).toMatchObject({ exitCode: 0 });
    expect(dev.census()).toEqual([]);
  });

  test("a service that would always be restarted stays stopped", async () => {
    await using dev = await workspace(`services:\n  web: ${healthy("web", "restart: always")}\n`);
    expect(await dev.run("start_dev")).toMatchObject({ exitCode: 0 });
    await dev.stopAll();
    expect(dev.runsOf("web")).toHaveLength(1);
  });
});

describe("stop NAME", () => {
  const four = () =>
    `services:
  db: ${healthy("db")}
  api: ${healthy("api", "depends_on: [db]")}
  web: ${healthy("web", "depends_on: [api]")}
  alone: ${healthy("alone")}
`;

  test("stops it and what depends on it, nothing else", async () => {
    await using dev = await workspace(four());
    expect(await dev.run("start_dev")).toMatchObject({ exitCode: 0 });
    const [db, api, web, alone] = await dev.programs("db", "api", "web", "alone");
    expect(await dev.run("stop", "api")).toMatchObject({ exitCode: 0 });
    expect([db, api, web, alone].map((one) => one.isAlive())).toEqual([true, false, false, true]);
    const phases = Object.fromEntries((await dev.status()).services.map(({ name, phase }) => [name, phase]));
    expect(phases).toEqual({ db: "ready", api: "killed", web: "killed", alone: "ready" });
    await dev.stopAll();
  });

  test("the last service stopped by name: the supervisor leaves too", async () => {
    await using dev = await workspace(`services:\n  web: ${healthy("web")}\n`);
    expect(await dev.run("start_dev")).toMatchObject({ exitCode: 0 });
    expect(await dev.run("stop", "web")).toMatchObject({ exitCode: 0 });
    await dev.nothingIsLeft();
  });

  test("a name nobody bears: 64, a hint, and everything lives on", async () => {
    await using dev = await workspace(four());
    expect(await dev.run("start_dev")).toMatchObject({ exitCode: 0 });
    const end = await dev.run("stop", "apo");
    expect(end.exitCode).toBe(64);
    expect(end.stderr).toMatch(/apo[^]*api/);
    expect(dev.census()).toHaveLength(4);
    await dev.stopAll();
  });
});

describe("signals and grace", () => {
  const two = (keys = "") =>
    `services:\n  db: ${healthy("db", keys)}\n  api: ${healthy("api", `depends_on: [db]${keys === "" ? "" : `, ${keys}`}`)}\n`;

  test("all are signalled at once: none waits for another's end", async () => {
    await using dev = await workspace(two("stop_grace_period: 10m"));
    expect(await dev.run("start_dev")).toMatchObject({ exitCode: 0 });
    const [db, api] = await dev.programs("db", "api");
    await Promise.all([db.ignore("SIGTERM"), api.ignore("SIGTERM")]);
    const stop = dev.run("stop");
    await Promise.all([db.received("SIGTERM"), api.received("SIGTERM")]);
    expect([db.isAlive(), api.isAlive()]).toEqual([true, true]);
    await Promise.all([db.exit(0), api.exit(0)]);
    expect(await stop).toMatchObject({ exitCode: 0 });
    await dev.nothingIsLeft();
  });

  test.each([
    ["--ordered", {}],
    ["PARALLEL_KILL_ENABLED=false", { PARALLEL_KILL_ENABLED: "false" }],
    ["ENABLE_PARALLEL_OPERATIONS=false", { ENABLE_PARALLEL_OPERATIONS: "false" }],
  ])("%s: what depends on another is gone before the other is signalled", async (how, env) => {
    await using dev = await workspace(two("stop_grace_period: 10m"), { env });
    expect(await dev.run("start_dev")).toMatchObject({ exitCode: 0 });
    const [db, api] = await dev.programs("db", "api");
    await Promise.all([db.ignore("SIGTERM"), api.ignore("SIGTERM")]);
    const stop = dev.run("stop", ...(how.startsWith("--") ? [how] : []));
    await api.received("SIGTERM");
    expect(db.signals).toEqual([]);
    await api.exit(0);
    expect(await db.received("SIGTERM")).toBeGreaterThan(api.endingAt);
    await db.exit(0);
    expect(await stop).toMatchObject({ exitCode: 0 });
    await dev.nothingIsLeft();
  });

  test("while waiting it says for whom", async () => {
    await using dev = await workspace(`services:\n  deaf: ${healthy("deaf", "stop_grace_period: 10m")}\n`);
    expect(await dev.run("start_dev")).toMatchObject({ exitCode: 0 });
    const deaf = await dev.program("deaf");
    await deaf.ignore("SIGTERM");
    const stop = dev.run("stop");
    await stop.says(new RegExp(`deaf[^\\n]*${deaf.pid}`));
    await deaf.exit(0);
    expect(await stop).toMatchObject({ exitCode: 0 });
  });

  test("--force: no signal that could be ignored is waited for", async () => {
    await using dev = await workspace(`services:\n  deaf: ${healthy("deaf", "stop_grace_period: 10m")}\n`);
    expect(await dev.run("start_dev")).toMatchObject({ exitCode: 0 });
    await (await dev.program("deaf")).ignore("SIGTERM");
    expect(await dev.run("stop", "--force")).toMatchObject({ exitCode: 0 });
    expect(dev.census()).toEqual([]);
  });

  test.each([
    ["stop --timeout 1", ["--timeout", "1"], {}],
    ["PARALLEL_KILL_TIMEOUT=1", [], { PARALLEL_KILL_TIMEOUT: "1" }],
  ])("%s caps every grace period", async (_how, args, env) => {
    await using dev = await workspace(`services:\n  deaf: ${healthy("deaf", "stop_grace_period: 10m")}\n`, { env });
    expect(await dev.run("start_dev")).toMatchObject({ exitCode: 0 });
    await (await dev.program("deaf")).ignore("SIGTERM");
    expect(await dev.run("stop", ...args)).toMatchObject({ exitCode: 0 });
    expect(dev.census()).toEqual([]);
  });

  test("stop_signal: the one that was asked for", async () => {
    await using dev = await workspace(
      `services:\n  db: ${healthy("db", "stop_signal: SIGINT, stop_grace_period: 10m")}\n`,
    );
    expect(await dev.run("start_dev")).toMatchObject({ exitCode: 0 });
    const db = await dev.program("db");
    await db.ignore("SIGINT");
    await db.ignore("SIGTERM");
    const stop = dev.run("stop");
    await db.received("SIGINT");
    await db.exit(0);
    expect(await stop).toMatchObject({ exitCode: 0 });
    expect(db.signals.map(({ signal }) => signal)).toEqual(["SIGINT"]);
  });
});

test("a task that is still running is stopped too", async () => {
  await using dev = await workspace(`services:\n  long: { command: ${program("long")}, type: task }\n`);
  const start = dev.run("start_dev");
  const long = await dev.program("long");
  expect(await dev.run("stop")).toMatchObject({ exitCode: 0 });
  expect(long.isAlive()).toBe(false);
  expect((await start).exitCode).not.toBe(0);
});
