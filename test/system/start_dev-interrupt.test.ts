import { describe, expect, test } from "vitest";
import { freePort } from "../support/free-port.ts";
import { healthy, program, steered } from "../support/program.ts";
import { until } from "../support/until.ts";
import { workspace } from "../support/workspace.ts";

const waitingForDb = () => `services:\n  db: ${steered("db")}\n  api: ${healthy("api", "depends_on: [db]")}\n`;

describe("Ctrl-C", () => {
  test("once: stops what this start started, ends by SIGINT", async () => {
    await using dev = await workspace(waitingForDb());
    const start = dev.run("start_dev");
    const db = await dev.program("db");
    start.interrupt();
    expect(await start).toMatchObject({ signal: "SIGINT" });
    expect(db.isAlive()).toBe(false);
    expect(dev.runsOf("api")).toEqual([]);
    await dev.nothingIsLeft();
  });

  test("once: what ran before lives on", async () => {
    await using dev = await workspace(
      `services:\n  db: ${healthy("db")}\n  api: ${steered("api", "depends_on: [db]")}\n`,
    );
    expect(await dev.run("start_dev", "db")).toMatchObject({ exitCode: 0 });
    const start = dev.run("start_dev");
    const api = await dev.program("api");
    start.interrupt();
    expect(await start).toMatchObject({ signal: "SIGINT" });
    expect(api.isAlive()).toBe(false);
    expect(await dev.statusOf("db")).toMatchObject({ phase: "ready", pid: dev.runsOf("db")[0]?.pid });
    await dev.stopAll();
  });

  test("three times: leaves, even when the supervisor does not answer", async () => {
    await using dev = await workspace(waitingForDb());
    const start = dev.run("start_dev");
    await dev.program("db");
    const { pid } = await dev.supervisor();
    process.kill(pid, "SIGSTOP");
    start.interrupt();
    await start.says(/ctrl-?c/i);
    start.interrupt();
    await start.says(/ctrl-?c[^]*ctrl-?c/i); // two signals in a row could become one
    start.interrupt();
    expect(await start).toMatchObject({ signal: "SIGINT" });
    process.kill(pid, "SIGCONT");
    await dev.stopAll();
  });

  test("the screen says what Ctrl-C does", async () => {
    await using dev = await workspace(waitingForDb());
    const start = dev.run("start_dev");
    await dev.program("db");
    start.interrupt();
    const end = await start;
    expect(end.stdout + end.stderr).toMatch(/ctrl-?c|again/i);
  });
});

describe("a client that vanishes cancels nothing", () => {
  test.each(["SIGKILL", "SIGHUP"] as const)("%s: the start goes on", async (signal) => {
    await using dev = await workspace(waitingForDb());
    const start = dev.run("start_dev");
    const db = await dev.program("db");
    start.interrupt(signal);
    await start;
    await db.becomeHealthy();
    await dev.program("api");
    await until(async () => (await dev.statusOf("api")).phase === "ready", "api is ready");
    await dev.stopAll();
  });
});

describe("stop while a start is going on", () => {
  test("the start ends, what was not spawned never is", async () => {
    await using dev = await workspace(waitingForDb());
    const start = dev.run("start_dev");
    const db = await dev.program("db");
    expect(await dev.run("stop")).toMatchObject({ exitCode: 0 });
    expect((await start).exitCode).not.toBe(0);
    expect(db.isAlive()).toBe(false);
    expect(dev.runsOf("api")).toEqual([]);
    await dev.nothingIsLeft();
    expect((await dev.status()).services.map(({ phase }) => phase)).toEqual(["killed", "killed"]);
  });

  test("between two attempts of a failing service: no third one", async () => {
    await using dev = await workspace(`services:\n  web: ${steered("web")}\n`, { env: { MAX_PARALLEL_RETRIES: "50" } });
    const start = dev.run("start_dev");
    for (const run of [1, 2]) await (await dev.program("web", { run })).exit(1);
    expect(await dev.run("stop")).toMatchObject({ exitCode: 0 });
    expect((await start).exitCode).not.toBe(0);
    await dev.nothingIsLeft();
    expect(dev.census()).toEqual([]);
  });
});

describe("a task that was done already does not hold up the end of its start", () => {
  const afterTask = () => `services:
  migrate: { command: ${program("migrate")}, type: task }
  api: ${steered("api", "depends_on: { migrate: { condition: completed } }")}
  mail: ${healthy("mail", "depends_on: [api]")}
`;

  test("Ctrl-C", async () => {
    await using dev = await workspace(afterTask());
    const start = dev.run("start_dev");
    await (await dev.program("migrate")).exit(0);
    await dev.program("api");
    start.interrupt();
    expect(await start).toMatchObject({ signal: "SIGINT" });
    await dev.nothingIsLeft();
  });

  test("stop", async () => {
    await using dev = await workspace(afterTask());
    const start = dev.run("start_dev");
    await (await dev.program("migrate")).exit(0);
    await dev.program("api");
    expect(await dev.run("stop")).toMatchObject({ exitCode: 0 });
    expect(await start).toMatchObject({ exitCode: 1 });
    expect(dev.runsOf("migrate")).toHaveLength(1);
    await dev.nothingIsLeft();
    // After a stop it is done again.
    const again = dev.run("start_dev");
    await dev.program("migrate", { run: 2 });
    again.interrupt();
    expect(await again).toMatchObject({ signal: "SIGINT" });
  });
});

test("a stop means a start too that still waits for its turn", async () => {
  await using dev = await workspace(`services:\n  db: ${healthy("db", "stop_grace_period: 10m")}\n`);
  expect(await dev.run("start_dev")).toMatchObject({ exitCode: 0 });
  const db = await dev.program("db");
  await db.ignore("SIGTERM");
  const first = dev.run("stop");
  await db.received("SIGTERM");
  const start = dev.run("start_dev");
  await start.says(/waiting for the stop/);
  await dev.run("stop", "--force");
  await first;
  expect((await start).exitCode).toBe(1);
  expect(db.isAlive()).toBe(false);
  expect(dev.runsOf("db")).toHaveLength(1);
  await dev.nothingIsLeft();
});

describe("two start_dev", () => {
  test("the second asks for more: both are served", async () => {
    await using dev = await workspace(`services:\n  db: ${steered("db")}\n  web: ${steered("web")}\n`);
    const first = dev.run("start_dev", "db");
    const db = await dev.program("db");
    const second = dev.run("start_dev");
    await db.becomeHealthy();
    expect(await first).toMatchObject({ exitCode: 0 });
    await (await dev.program("web")).becomeHealthy();
    expect(await second).toMatchObject({ exitCode: 0 });
    expect(dev.runsOf("db")).toHaveLength(1);
    await dev.stopAll();
  });

  test("Ctrl-C at one that only follows: it leaves, the other goes on, and later starts are not held up", async () => {
    await using dev = await workspace(waitingForDb());
    const first = dev.run("start_dev");
    const db = await dev.program("db");
    const second = dev.run("start_dev");
    await second.says(/following it/);
    second.interrupt();
    expect(await second).toMatchObject({ signal: "SIGINT" });
    await db.becomeHealthy();
    expect(await first).toMatchObject({ exitCode: 0 });
    expect(await dev.run("start_dev")).toMatchObject({ exitCode: 0 });
    await dev.stopAll();
  });

  test("services.yaml broken in between: the second says so, the first goes on", async () => {
    const port = freePort();
    await using dev = await workspace(`services:\n  db: ${steered("db", "", { port })}\n`);
    const first = dev.run("start_dev");
    const db = await dev.program("db");
    dev.write("services.yaml", "services: [oh\n");
    expect(await dev.run("start_dev")).toMatchObject({
      exitCode: 78,
      stderr: expect.stringContaining("services.yaml:"),
    });
    await db.becomeHealthy();
    expect(await first).toMatchObject({ exitCode: 0 });
    await dev.stopAll();
  });
});
