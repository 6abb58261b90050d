import { describe, expect, test } from "vitest";
import { freePort } from "../support/free-port.ts";
import { healthy, program, steered } from "../support/program.ts";
import { until } from "../support/until.ts";
import { workspace } from "../support/workspace.ts";

const apiAndDb = () => `services:\n  api: ${healthy("api", "depends_on: [db]")}\n  db: ${healthy("db")}\n`;

describe("a second start_dev", () => {
  test("unchanged: does nothing, the same processes live on", async () => {
    await using dev = await workspace(apiAndDb());
    expect(await dev.run("start_dev")).toMatchObject({ exitCode: 0 });
    const before = await dev.status();
    expect(await dev.run("start_dev")).toMatchObject({ exitCode: 0 });
    const after = await dev.status();
    expect(after.services.map(({ pid }) => pid)).toEqual(before.services.map(({ pid }) => pid));
    expect(dev.started()).toHaveLength(2);
    await dev.stopAll();
  });

  test("another terminal, another SHLVL: still unchanged", async () => {
    await using dev = await workspace(apiAndDb());
    expect(await dev.runWith({ SHLVL: "1", TERM: "dumb" }, "start_dev")).toMatchObject({ exitCode: 0 });
    expect(await dev.runWith({ SHLVL: "2", TERM: "xterm", EDITOR: "vi" }, "start_dev")).toMatchObject({ exitCode: 0 });
    expect(dev.started()).toHaveLength(2);
    await dev.stopAll();
  });

  test("a comment added to services.yaml changes nothing", async () => {
    const yaml = apiAndDb();
    await using dev = await workspace(yaml);
    expect(await dev.run("start_dev")).toMatchObject({ exitCode: 0 });
    dev.write("services.yaml", `# written by hand\n${yaml}`);
    expect(await dev.run("start_dev")).toMatchObject({ exitCode: 0 });
    expect(dev.started()).toHaveLength(2);
    await dev.stopAll();
  });

  test("a dead service is healed, the living ones are left alone", async () => {
    await using dev = await workspace(apiAndDb());
    expect(await dev.run("start_dev")).toMatchObject({ exitCode: 0 });
    const [api, db] = await dev.programs("api", "db");
    await api.die("SIGKILL");
    await until(async () => (await dev.statusOf("api")).phase === "failed", "the death of api was seen");
    expect(await dev.run("start_dev")).toMatchObject({ exitCode: 0 });
    expect(dev.runsOf("api")).toHaveLength(2);
    expect(await dev.statusOf("db")).toMatchObject({ phase: "ready", pid: db.pid });
    await dev.stopAll();
  });

  test("what was not asked for at first is added", async () => {
    await using dev = await workspace(apiAndDb());
    expect(await dev.run("start_dev", "db")).toMatchObject({ exitCode: 0 });
    expect(await dev.run("start_dev")).toMatchObject({ exitCode: 0 });
    expect(dev.runsOf("db")).toHaveLength(1);
    expect(dev.runsOf("api")).toHaveLength(1);
    await dev.stopAll();
  });

  test("--fresh: everything is killed first, then started", async () => {
    await using dev = await workspace(apiAndDb());
    expect(await dev.run("start_dev")).toMatchObject({ exitCode: 0 });
    expect(await dev.run("start_dev", "--fresh")).toMatchObject({ exitCode: 0 });
    for (const name of ["api", "db"]) {
      expect(dev.runsOf(name).map((run) => run.isAlive())).toEqual([false, true]);
    }
    await dev.stopAll();
  });

  test("after stop everything is started once more", async () => {
    await using dev = await workspace(apiAndDb());
    for (const run of [1, 2]) {
      expect(await dev.run("start_dev")).toMatchObject({ exitCode: 0 });
      expect(dev.runsOf("api")).toHaveLength(run);
      await dev.stopAll();
    }
  });
});

describe("a task", () => {
  const withTask = (web: number) =>
    `services:\n  web: ${healthy("web", "depends_on: [migrate]", { port: web })}\n  migrate: { command: ${program("migrate")}, type: task }\n`;

  test("runs once: not again by a second start_dev, again after stop", async () => {
    await using dev = await workspace(withTask(freePort()));
    const first = dev.run("start_dev");
    await (await dev.program("migrate")).exit(0);
    expect(await first).toMatchObject({ exitCode: 0 });
    expect(await dev.run("start_dev")).toMatchObject({ exitCode: 0 });
    expect(dev.runsOf("migrate")).toHaveLength(1);
    await dev.stopAll();

    const third = dev.run("start_dev");
    await (await dev.program("migrate", { run: 2 })).exit(0);
    expect(await third).toMatchObject({ exitCode: 0 });
    await dev.stopAll();
  });

  test("a stack of nothing but a task: completed, exit 0, and no supervisor waits for nothing", async () => {
    await using dev = await workspace(`services:\n  migrate: { command: ${program("migrate")}, type: task }\n`);
    const start = dev.run("start_dev");
    await (await dev.program("migrate")).exit(0);
    expect(await start).toMatchObject({ exitCode: 0 });
    await dev.nothingIsLeft();
    expect((await dev.statusOf("migrate")).phase).toBe("completed");
  });
});

describe("restart", () => {
  test("one service and what is to follow it; the others live on", async () => {
    const follows = "depends_on: { db: { condition: healthy, restart: true } }";
    await using dev = await workspace(
      `services:\n  api: ${healthy("api", follows)}\n  db: ${healthy("db")}\n  web: ${healthy("web", "depends_on: [db]")}\n`,
    );
    expect(await dev.run("start_dev")).toMatchObject({ exitCode: 0 });
    expect(await dev.run("restart", "db")).toMatchObject({ exitCode: 0 });
    const runs = Object.fromEntries(["db", "api", "web"].map((name) => [name, dev.runsOf(name).length]));
    expect(runs).toEqual({ db: 2, api: 2, web: 1 });
    await dev.stopAll();
  });

  test("the old process is gone before the new one starts", async () => {
    await using dev = await workspace(`services:\n  web: ${steered("web", "stop_grace_period: 30s")}\n`);
    const start = dev.run("start_dev");
    const first = await dev.program("web");
    await first.becomeHealthy();
    await start;
    await first.ignore("SIGTERM");
    const restart = dev.run("restart", "web");
    await first.received("SIGTERM");
    expect(dev.runsOf("web")).toHaveLength(1);
    await first.exit(0);
    const second = await dev.program("web", { run: 2 });
    expect(second.startedAt).toBeGreaterThan(first.endingAt);
    await second.becomeHealthy();
    expect(await restart).toMatchObject({ exitCode: 0 });
    await dev.stopAll();
  });
});
