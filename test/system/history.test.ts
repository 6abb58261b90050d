import { mkdirSync, statSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { healthy, steered } from "../support/program.ts";
import { requires } from "../support/requires.ts";
import { terminal } from "../support/terminal.ts";
import { until } from "../support/until.ts";
import { workspace, type Workspace } from "../support/workspace.ts";

interface History {
  readonly format: number;
  readonly services: Readonly<Record<string, { readonly startupMs: readonly number[] }>>;
}

const stack = () => `services:\n  db: ${steered("db")}\n  api: ${healthy("api", "depends_on: [db]")}\n`;
const history = (dev: Workspace): History => JSON.parse(dev.read(".groundswell/history.json"));
const timesOf = (dev: Workspace, name: string) => history(dev).services[name]?.startupMs ?? [];
/** It is written just after the start's end is told: whoever asks the supervisor after that comes after it. */
const written = async (dev: Workspace) => void (await dev.status());

/** As if services had usually taken so long. */
function known(dev: Workspace, services: Readonly<Record<string, number>>): void {
  mkdirSync(dev.path(".groundswell"), { recursive: true, mode: 0o700 });
  const entries = Object.entries(services).map(([name, ms]) => [name, { startupMs: [ms] }]);
  dev.write(".groundswell/history.json", JSON.stringify({ format: 1, services: Object.fromEntries(entries) }));
}

describe("the history of starts", () => {
  test("each start adds what it took, of what it started; for the owner only", async () => {
    await using dev = await workspace(
      `services:\n  db: ${healthy("db")}\n  api: ${healthy("api", "depends_on: [db]")}\n`,
    );
    expect((await dev.run("start_dev")).stderr, "no estimate out of nothing").not.toMatch(/about|usual/);
    const { services } = await dev.status();
    expect(Object.keys(history(dev).services).toSorted()).toEqual(services.map(({ name }) => name).toSorted());
    expect(timesOf(dev, "db")).toEqual([expect.any(Number)]);
    expect(timesOf(dev, "db")[0]).toBeGreaterThan(0);
    expect(statSync(dev.path(".groundswell/history.json")).mode & 0o777).toBe(0o600);
    await dev.run("restart", "api");
    await written(dev);
    expect([timesOf(dev, "db").length, timesOf(dev, "api").length]).toEqual([1, 2]);
    await dev.stopAll();
  });

  test("what failed, was tried again, or was taken over tells nothing", async () => {
    await using dev = await workspace(
      `services:\n  db: ${steered("db")}\n  web: ${steered("web")}\n  ok: ${healthy("ok")}\n`,
    );
    const first = dev.run("start_dev");
    const [db, web] = await dev.programs("db", "web");
    await db.exit(1);
    await (await dev.program("db", { run: 2 })).becomeHealthy();
    await until(async () => (await dev.statusOf("db")).phase === "ready", "db is ready");
    await dev.killSupervisor();
    await first;
    const second = dev.run("start_dev");
    await second.says(/web was running without a supervisor/);
    await (dev.runsOf("web").at(-1) ?? web).becomeHealthy();
    expect(await second).toMatchObject({ exitCode: 0 });
    await written(dev);
    expect(dev.has(".groundswell/history.json"), dev.story()).toBe(false);
    await dev.stopAll();
    const third = dev.run("start_dev");
    await (await dev.program("db", { run: 3 })).becomeHealthy();
    const last = await until(() => dev.runsOf("web").find((run) => run.isAlive()), "web runs again");
    await last.exit(1);
    await until(
      () => dev.runsOf("web").filter((run) => run !== last && run.isAlive()).length === 1,
      "web is tried again",
    );
    await dev.runsOf("web").at(-1)?.becomeHealthy();
    expect(await third).toMatchObject({ exitCode: 0 });
    await written(dev);
    expect(Object.keys(history(dev).services).toSorted()).toEqual(["db", "ok"]);
    await dev.stopAll();
  });

  test.each([
    ["damaged", "{oh dear"],
    ["of a later format", `{"format":9}`],
  ])("%s: the start does not mind", async (_what, text) => {
    await using dev = await workspace(`services:\n  web: ${healthy("web")}\n`);
    mkdirSync(dev.path(".groundswell"), { mode: 0o700 });
    dev.write(".groundswell/history.json", text);
    expect(await dev.run("start_dev")).toMatchObject({ exitCode: 0 });
    expect(await dev.run("start_dev", "--plan")).toMatchObject({ exitCode: 0 });
    expect(dev.read(".groundswell/history.json") === text).toBe(text.includes("9"));
    await dev.stopAll();
  });
});

test("start_dev says when all will be ready, and --plan what each takes", async () => {
  await using dev = await workspace(stack());
  known(dev, { db: 61_000, api: 2_000 });
  const plan = await dev.run("start_dev", "--plan");
  expect(plan.stdout).toMatch(/db .*\n[^]*usually in 1 min 1 s\n[^]*usually in 2\.00 s\n/);
  expect(plan.stdout).toContain("By its last starts, all would be ready in about 1 min 3 s.");
  const start = dev.run("start_dev");
  const db = await dev.program("db");
  await start.says(/^wave 0 {2}db {3}all ready in about 1 min 3 s\n/m);
  await db.becomeHealthy();
  await start;
  await dev.stopAll();
});

requires("tmux")("estimates in a real terminal", () => {
  test("start_dev and status --watch: what is left, of each and of all", async () => {
    await using dev = await workspace(stack());
    known(dev, { db: 60_000, api: 5_000 });
    const tty = await terminal(dev, "start_dev");
    const db = await dev.program("db");
    await tty.shows(/starting 2 services in 2 waves {2}[\d.]+ s, about 1 min \d s left/);
    await tty.shows(/db +starting {2}[\d.]+ s, about 5\d s left/);
    await tty.close();
    const watch = await terminal(dev, "status", "--watch");
    await watch.shows(/… db +starting, about 5\d s left/);
    await db.becomeHealthy();
    await watch.shows(/All 2 services are ready/);
    expect(await watch.screen()).not.toContain("left");
    await watch.close();
    await dev.stopAll();
  });

  test("start_dev: longer than usual", async () => {
    await using dev = await workspace(stack());
    known(dev, { db: 10, api: 5_000 });
    const tty = await terminal(dev, "start_dev");
    const db = await dev.program("db");
    await tty.shows(/starting 2 services in 2 waves {2}[\d.]+ s, longer than usual/);
    await tty.shows(/db +starting {2}[\d.]+ s, longer than the usual 10 ms/);
    await db.becomeHealthy();
    await tty.shows(/it ended with 0/);
    await tty.close();
    await dev.stopAll();
  });
});
