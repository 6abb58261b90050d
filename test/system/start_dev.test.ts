import { describe, expect, test } from "vitest";
import { healthy, program, steered } from "../support/program.ts";
import { until } from "../support/until.ts";
import { workspace } from "../support/workspace.ts";

describe("order", () => {
  test("a dependency is ready before what needs it starts", async () => {
    await using dev = await workspace(
      `services:\n  api: ${steered("api", "depends_on: [db]")}\n  db: ${steered("db")}\n`,
    );
    const start = dev.run("start_dev");
    const db = await dev.program("db");
    expect(await dev.hasStarted("api")).toBe(false);
    await db.becomeHealthy();
    const api = await dev.program("api");
    expect(api.startedAt).toBeGreaterThan(db.healthyAt);
    await api.becomeHealthy();
    expect(await start).toMatchObject({ exitCode: 0 });
    await dev.stopAll();
  });

  test("the services of a wave start together: all run before any is healthy", async () => {
    await using dev = await workspace(
      `services:\n  one: ${steered("one")}\n  two: ${steered("two")}\n  three: ${steered("three")}\n`,
    );
    const start = dev.run("start_dev");
    const wave = await dev.programs("one", "two", "three");
    expect(wave.map(({ healthyAt }) => healthyAt)).toEqual([Number.NaN, Number.NaN, Number.NaN]);
    await Promise.all(wave.map((one) => one.becomeHealthy()));
    expect(await start).toMatchObject({ exitCode: 0 });
    await dev.stopAll();
  });

  /** fast is ready, slow is not: may what needs only fast start? */
  const fastAndSlow = () =>
    `services:\n  fast: ${steered("fast")}\n  slow: ${steered("slow")}\n  next: ${steered("next", "depends_on: [fast]")}\n`;

  test("waves: the next wave waits until the whole wave before it is settled", async () => {
    await using dev = await workspace(fastAndSlow());
    const start = dev.run("start_dev");
    const [fast, slow] = await dev.programs("fast", "slow");
    await fast.becomeHealthy();
    await until(async () => (await dev.statusOf("fast")).phase === "ready", "fast is ready");
    expect(await dev.hasStarted("next")).toBe(false);
    await slow.becomeHealthy();
    const next = await dev.program("next");
    expect(next.startedAt).toBeGreaterThan(slow.healthyAt);
    await next.becomeHealthy();
    expect(await start).toMatchObject({ exitCode: 0 });
    await dev.stopAll();
  });

  test("eager: a service starts as soon as its own dependencies are ready", async () => {
    await using dev = await workspace(fastAndSlow());
    const start = dev.run("start_dev", "--strategy", "eager");
    const [fast, slow] = await dev.programs("fast", "slow");
    await fast.becomeHealthy();
    const next = await dev.program("next");
    expect(slow.healthyAt).toBeNaN();
    await Promise.all([slow.becomeHealthy(), next.becomeHealthy()]);
    expect(await start).toMatchObject({ exitCode: 0 });
    await dev.stopAll();
  });

  test.each([
    ["ENABLE_PARALLEL_OPERATIONS", "false"],
    ["PARALLEL_START_ENABLED", "false"],
    ["PARALLEL_START_LIMIT", "1"],
  ])("%s=%s: never two starting at once", async (variable, value) => {
    const names = ["one", "two", "three"];
    const yaml = `services:\n${names.map((name) => `  ${name}: ${steered(name)}\n`).join("")}`;
    await using dev = await workspace(yaml, { env: { [variable]: value } });
    const start = dev.run("start_dev");
    for (const [index] of names.entries()) {
      const current = await until(
        () => dev.started()[index],
        () => `service ${index} starts\n${dev.story()}`,
      );
      const before = dev.started()[index - 1];
      if (before) expect(current.startedAt).toBeGreaterThan(before.healthyAt);
      expect(dev.started()).toHaveLength(index + 1);
      await current.becomeHealthy();
    }
    expect(await start).toMatchObject({ exitCode: 0 });
    await dev.stopAll();
  });
});

describe("conditions of a dependency", () => {
  test("started: does not wait for health", async () => {
    const needs = "depends_on: { db: { condition: started } }";
    await using dev = await workspace(`services:\n  api: ${healthy("api", needs)}\n  db: ${steered("db")}\n`);
    const start = dev.run("start_dev", "--strategy", "eager");
    const [api, db] = await dev.programs("api", "db");
    expect(Number(api.startTime)).toBeGreaterThanOrEqual(Number(db.startTime));
    expect(db.healthyAt).toBeNaN();
    await db.becomeHealthy();
    expect(await start).toMatchObject({ exitCode: 0 });
    await dev.stopAll();
  });

  test("completed: waits until the task has ended with 0", async () => {
    const needs = "depends_on: { migrate: { condition: completed } }";
    await using dev = await workspace(
      `services:\n  api: ${healthy("api", needs)}\n  migrate: { command: ${program("migrate")} }\n`,
    );
    const start = dev.run("start_dev");
    const migrate = await dev.program("migrate");
    expect(await dev.hasStarted("api")).toBe(false);
    await migrate.exit(0);
    const api = await dev.program("api");
    expect(api.startedAt).toBeGreaterThan(migrate.endingAt);
    expect(await start).toMatchObject({ exitCode: 0 });
    expect(await dev.statusOf("migrate")).toMatchObject({ phase: "completed", pid: null, exitCode: 0 });
    await dev.stopAll();
  });

  test("completed: a task that fails keeps back what needs it", async () => {
    const needs = "depends_on: { migrate: { condition: completed } }";
    await using dev = await workspace(
      `services:\n  api: ${healthy("api", needs)}\n  migrate: { command: ${program("migrate")}, type: task }\n`,
    );
    const start = dev.run("start_dev");
    await (await dev.program("migrate")).exit(4);
    expect(await start).toMatchObject({ exitCode: 1 });
    expect(dev.runsOf("api")).toEqual([]);
    expect(dev.runsOf("migrate")).toHaveLength(1); // a task is not tried again
    await dev.stopAll();
  });

  test("required: false: what needs it starts although it failed", async () => {
    const needs = "depends_on: { cache: { condition: healthy, required: false } }";
    await using dev = await workspace(
      `services:\n  api: ${healthy("api", needs)}\n  cache: { command: [sh, -c, "exit 3"] }\n`,
      { env: { MAX_PARALLEL_RETRIES: "0" } },
    );
    expect(await dev.run("start_dev")).toMatchObject({ exitCode: 2 });
    expect((await dev.statusOf("api")).phase).toBe("ready");
    await dev.stopAll();
  });
});

describe("what is started", () => {
  const three = () =>
    `services:\n  web: ${healthy("web")}\n  api: ${healthy("api", "depends_on: [db]")}\n  db: ${healthy("db")}\n`;
  const names = (programs: readonly { name: string }[]) => programs.map(({ name }) => name).toSorted();

  test("start_dev api: api and what it needs", async () => {
    await using dev = await workspace(three());
    expect(await dev.run("start_dev", "api")).toMatchObject({ exitCode: 0 });
    expect(names(dev.started())).toEqual(["api", "db"]);
    await dev.stopAll();
  });

  test("start_dev --no-deps api: api alone", async () => {
    await using dev = await workspace(three());
    expect(await dev.run("start_dev", "--no-deps", "api")).toMatchObject({ exitCode: 0 });
    expect(names(dev.started())).toEqual(["api"]);
    await dev.stopAll();
  });

  test("a name nobody bears: usage, a hint, and nothing starts", async () => {
    await using dev = await workspace(three());
    const end = await dev.run("start_dev", "wep");
    expect(end).toMatchObject({ exitCode: 64, stdout: "" });
    expect(end.stderr).toMatch(/SERVICE_UNKNOWN[^]*wep[^]*Did you mean "web"/);
    expect(dev.started()).toEqual([]);
    await dev.nothingIsLeft();
  });

  test("--plan: shows the waves and starts nothing", async () => {
    await using dev = await workspace(three());
    const { exitCode, stdout } = await dev.run("start_dev", "--plan");
    expect(exitCode).toBe(0);
    expect(stdout).toMatch(/web[^]*db[^]*api|db[^]*web[^]*api/);
    expect(dev.started()).toEqual([]);
    expect(dev.strays()).toEqual([]);
  });

  test("services: {} is a valid file: nothing to start, exit 0", async () => {
    await using dev = await workspace("services: {}\n");
    expect(await dev.run("start_dev")).toMatchObject({ exitCode: 0 });
    await dev.stopAll();
  });

  test("a file with mistakes: all of them at once, exit 78, nothing starts", async () => {
    await using dev = await workspace(
      `services:\n  web: { comand: x }\n  api: { command: ${program("api")}, depends_on: [nobody] }\n`,
    );
    const end = await dev.run("start_dev");
    expect(end.exitCode).toBe(78);
    expect(end.stderr).toContain("services.yaml:2:");
    expect(end.stderr).toContain("services.yaml:3:");
    expect(end.stderr).toMatch(/KEY_UNKNOWN[^]*comand[^]*command/);
    expect(dev.started()).toEqual([]);
    await dev.nothingIsLeft();
  });
});
