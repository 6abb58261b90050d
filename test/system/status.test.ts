import { describe, expect, test } from "vitest";
import { freePort } from "../support/free-port.ts";
import { overhear } from "../support/overheard.ts";
import { healthy, program, steered } from "../support/program.ts";
import { until } from "../support/until.ts";
import { workspace } from "../support/workspace.ts";

const sickSoon = { check: "interval: 50ms, retries: 2" };

describe("exit codes of status", () => {
  test("3: nothing was ever started; and none is launched to find out", async () => {
    await using dev = await workspace(`services:\n  web: ${healthy("web")}\n`);
    expect(await dev.run("status")).toMatchObject({ exitCode: 3 });
    expect(dev.strays()).toEqual([]);
    expect(dev.started()).toEqual([]);
  });

  test("0: all wanted services are ready", async () => {
    await using dev = await workspace(`services:\n  web: ${healthy("web")}\n`);
    await dev.run("start_dev");
    expect(await dev.run("status")).toMatchObject({ exitCode: 0, stderr: "" });
    await dev.stopAll();
  });

  test("0: a completed task counts as ready", async () => {
    await using dev = await workspace(
      `services:\n  web: ${healthy("web")}\n  once: { command: ["true"], type: task }\n`,
    );
    await dev.run("start_dev");
    expect(await dev.run("status")).toMatchObject({ exitCode: 0 });
    await dev.stopAll();
  });

  test("1: one has died; 0 again once it was healed", async () => {
    await using dev = await workspace(`services:\n  web: ${healthy("web")}\n  db: ${healthy("db")}\n`);
    await dev.run("start_dev");
    await (await dev.program("web")).exit(9);
    await until(async () => (await dev.run("status")).exitCode === 1, "status ends with 1");
    expect(await dev.statusOf("web")).toMatchObject({ phase: "failed", pid: null, exitCode: 9 });
    await dev.run("start_dev");
    expect(await dev.run("status")).toMatchObject({ exitCode: 0 });
    await dev.stopAll();
  });

  test("3: after stop", async () => {
    await using dev = await workspace(`services:\n  web: ${healthy("web")}\n`);
    await dev.run("start_dev");
    await dev.stopAll();
    expect(await dev.run("status")).toMatchObject({ exitCode: 3 });
  });
});

describe("status --json", () => {
  test("has the shape that is promised", async () => {
    const port = freePort();
    await using dev = await workspace(
      `name: shop\nservices:\n  web: ${healthy("web", "depends_on: [db]", { port })}\n  db: { command: ${program("db")} }\n`,
    );
    const before = Date.now();
    await dev.run("start_dev");
    const [web, db] = await dev.programs("web", "db");
    const { exitCode, stdout, stderr } = await dev.run("status", "--json");
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: "" });
    const document: Record<string, unknown> & { services: { name: string }[] } = JSON.parse(stdout);
    expect(document).toEqual({
      schemaVersion: 1,
      workspace: "shop",
      root: dev.root,
      supervisor: { pid: (await dev.supervisor()).pid },
      services: [expect.any(Object), expect.any(Object)],
      summary: { total: 2, ready: 2, failed: 0 },
    });
    const row = document.services.find(({ name }) => name === "web");
    expect(row).toEqual({
      name: "web",
      phase: "ready",
      reason: null,
      wave: expect.any(Number),
      pid: web.pid,
      startedAt: expect.any(Number),
      uptimeMs: expect.any(Number),
      restarts: 0,
      exitCode: null,
      retryAt: null,
      ports: [port],
      cpuPercent: expect.any(Number),
      cpuSeconds: expect.any(Number),
      memoryBytes: expect.any(Number),
      healthcheck: {
        kind: "http",
        ok: true,
        latencyMs: expect.any(Number),
        message: expect.any(String),
        checkedAt: expect.any(Number),
      },
      log: dev.path("logs/web.log"),
    });
    expect((await dev.statusOf("web")).startedAt).toBeGreaterThanOrEqual(before);
    expect(await dev.statusOf("db")).toMatchObject({ pid: db.pid, ports: [] });
    await dev.stopAll();
  });

  test("a wave is one more than the highest wave of what it needs", async () => {
    await using dev = await workspace(
      `services:\n  c: ${healthy("c", "depends_on: [b]")}\n  b: ${healthy("b", "depends_on: [a]")}\n  a: ${healthy("a")}\n`,
    );
    await dev.run("start_dev");
    const [a, b, c] = [await dev.statusOf("a"), await dev.statusOf("b"), await dev.statusOf("c")];
    expect([b.wave - a.wave, c.wave - b.wave]).toEqual([1, 1]);
    await dev.stopAll();
  });

  test("memory and processor time are those of the whole tree", async () => {
    await using dev = await workspace(`services:\n  web: ${healthy("web")}\n`);
    await dev.run("start_dev");
    const alone = (await dev.statusOf("web")).memoryBytes ?? 0;
    await (await dev.program("web")).spawnGrandchild({ setsid: true });
    const both = (await dev.statusOf("web")).memoryBytes ?? 0;
    expect(alone).toBeGreaterThan(10e6); // no Node is smaller
    expect(both).toBeGreaterThan(alone * 1.5);
    await dev.stopAll();
  });

  test("phases while a start is going on", async () => {
    await using dev = await workspace(
      `services:\n  db: ${steered("db")}\n  api: ${healthy("api", "depends_on: [db]")}\n`,
    );
    const start = dev.run("start_dev");
    const db = await dev.program("db");
    expect(await dev.statusOf("db")).toMatchObject({ phase: "starting", pid: db.pid });
    expect(await dev.statusOf("api")).toMatchObject({ phase: "pending", pid: null });
    await db.becomeHealthy();
    await start;
    await dev.stopAll();
  });
});

describe("health after ready", () => {
  test("sick: unhealthy and exit 1, not restarted; well again: ready", async () => {
    await using dev = await workspace(`services:\n  web: ${healthy("web", "", sickSoon)}\n`);
    await dev.run("start_dev");
    const web = await dev.program("web");
    await web.becomeSick();
    await until(async () => (await dev.statusOf("web")).phase === "unhealthy", "web is unhealthy");
    const sick = await dev.statusOf("web");
    expect(sick).toMatchObject({ pid: web.pid, restarts: 0, healthcheck: { ok: false } });
    expect(`${sick.reason} ${sick.healthcheck?.message}`).toContain("503");
    expect(await dev.run("status")).toMatchObject({ exitCode: 1 });
    await web.becomeHealthy();
    await until(async () => (await dev.statusOf("web")).phase === "ready", "web is ready again");
    expect(dev.runsOf("web")).toHaveLength(1);
    await dev.stopAll();
  });
});

describe("the table", () => {
  test("names each service, its phase, pid and port, without colour off a terminal", async () => {
    const port = freePort();
    await using dev = await workspace(`services:\n  web: ${healthy("web", "", { port })}\n`);
    await dev.run("start_dev");
    const { pid } = await dev.program("web");
    const { stdout } = await dev.run("status");
    expect(stdout).toMatch(/web/);
    expect(stdout).toContain("ready");
    expect(stdout).toContain(String(pid));
    expect(stdout).toContain(String(port));
    expect(stdout).not.toContain("\u001B[");
    await dev.stopAll();
  });

  test("says in one line that services.yaml has changed since", async () => {
    const yaml = `services:\n  web: ${healthy("web")}\n`;
    await using dev = await workspace(yaml);
    await dev.run("start_dev");
    expect((await dev.run("status")).stdout).not.toContain("services.yaml");
    dev.write("services.yaml", `${yaml}  db: ${healthy("db")}\n`);
    const { exitCode, stdout, stderr } = await dev.run("status");
    expect(exitCode).toBe(0);
    expect(`${stdout}${stderr}`.split("\n").filter((line) => line.includes("services.yaml"))).toHaveLength(1);
    await dev.stopAll();
  });
});

test.each(["status", "health_check"])(
  "%s: a supervisor that is too busy to answer at once is asked again",
  async (command) => {
    await using dev = await workspace(`services:\n  web: ${healthy("web")}\n`);
    await dev.run("start_dev");
    const { pid } = await dev.supervisor();
    using line = await overhear(dev, { unanswered: 1 });
    const end = await dev.run(command, "--json");
    expect(end).toMatchObject({ exitCode: 0, stderr: "" });
    expect(JSON.parse(end.stdout)).toMatchObject({ supervisor: { pid } });
    expect(line.lines()).toBe(2);
    await dev.stopAll();
  },
);

test("health_check: asks now and tells what it got", async () => {
  await using dev = await workspace(`services:\n  web: ${healthy("web")}\n`);
  await dev.run("start_dev");
  expect(await dev.run("health_check")).toMatchObject({ exitCode: 0 });
  await (await dev.program("web")).becomeSick();
  const end = await dev.run("health_check");
  expect(end.exitCode).toBe(1);
  expect(end.stdout).toContain("503");
  await dev.stopAll();
});
