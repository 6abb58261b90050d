import { renameSync } from "node:fs";
import { expect, test } from "vitest";
import { overhear } from "../support/overheard.ts";
import { healthy, steered } from "../support/program.ts";
import { libfaketime, requires } from "../support/requires.ts";
import { until } from "../support/until.ts";
import { type Workspace, workspace } from "../support/workspace.ts";

/** A workspace whose commands, supervisor and services all read the time the test says. */
async function withClock(yaml: string): Promise<{ dev: Workspace; jump: (offset: string) => void }> {
  const env: Record<string, string> = {};
  const dev = await workspace(yaml, { env });
  Object.assign(env, {
    LD_PRELOAD: libfaketime() ?? "",
    FAKETIME_TIMESTAMP_FILE: dev.path("clock"),
    FAKETIME_NO_CACHE: "1",
    // A jump of the clock moves the time of day, never the monotonic clock.
    DONT_FAKE_MONOTONIC: "1",
  });
  const jump = (offset: string): void => {
    dev.write("clock.new", `${offset}\n`);
    renameSync(dev.path("clock.new"), dev.path("clock"));
  };
  jump("+0");
  return { dev, jump };
}

const days = ["+10d", "-10d"];

requires("libfaketime")("clock jump (libfaketime)", () => {
  test.each(days)("%s during a start: no deadline passes, what was starting becomes ready", async (offset) => {
    const clock = await withClock(
      `services:\n  db: ${steered("db", "start_timeout: 10m")}\n  api: ${healthy("api", "depends_on: [db]")}\n`,
    );
    await using dev = clock.dev;
    const start = dev.run("start_dev");
    const db = await dev.program("db");
    await until(async () => (await dev.statusOf("db")).healthcheck?.ok === false, "db is being probed");
    clock.jump(offset);
    // A probe after the jump has failed: nobody gave up.
    const before = Date.now() + Number.parseInt(offset, 10) * 86_400_000;
    await until(async () => {
      const { healthcheck } = await dev.statusOf("db");
      return healthcheck !== null && Math.abs(healthcheck.checkedAt - before) < 3_600_000;
    }, "db is probed after the jump");
    expect([db.isAlive(), start.hasEnded()]).toEqual([true, false]);
    await db.becomeHealthy();
    expect(await start).toMatchObject({ exitCode: 0 });
    await dev.stopAll();
  });

  test.each(days)(
    "%s while all runs: nothing restarts, uptimes make sense, the next supervisor adopts",
    async (offset) => {
      const clock = await withClock(`services:\n  db: ${healthy("db")}\n  web: ${healthy("web")}\n`);
      await using dev = clock.dev;
      expect(await dev.run("start_dev")).toMatchObject({ exitCode: 0 });
      const before = dev.census();
      clock.jump(offset);
      const { services } = await dev.status();
      expect(services.map(({ phase }) => phase)).toEqual(["ready", "ready"]);
      for (const { uptimeMs } of services) expect(uptimeMs).toBeGreaterThanOrEqual(0);
      await dev.killSupervisor();
      clock.jump("+0");
      expect(await dev.run("start_dev")).toMatchObject({ exitCode: 0 });
      expect(dev.census()).toEqual(before);
      expect(dev.started()).toHaveLength(2);
      await dev.stopAll();
    },
  );

  test.each(days)("%s while somebody waits: the time given is neither over nor without end", async (offset) => {
    const clock = await withClock(`services:\n  db: ${steered("db", "start_timeout: 10m")}\n`);
    await using dev = clock.dev;
    const start = dev.run("start_dev");
    const db = await dev.program("db");
    using line = await overhear(dev);
    const [patient, watch] = [dev.run("wait", "--timeout", "600"), dev.run("status", "--watch", "--json")];
    await line.followers(2);
    await watch.says(/"phase":"starting"/);
    clock.jump(offset);
    expect(await dev.run("wait", "--timeout", "0.3")).toMatchObject({ exitCode: 124 });
    expect(patient.hasEnded()).toBe(false);
    await db.becomeHealthy();
    expect(await patient).toMatchObject({ exitCode: 0 });
    await start;
    await watch.says(/"phase":"ready"/);
    watch.interrupt();
    const { stdout } = await watch;
    for (const [, uptime] of stdout.matchAll(/"uptimeMs":(-?\d+)/g)) expect(Number(uptime)).toBeGreaterThanOrEqual(0);
    await until(() => dev.has(".groundswell/history.json"), "what it took is written down");
    const history: { services: { db: { startupMs: number[] } } } = JSON.parse(dev.read(".groundswell/history.json"));
    expect(Math.max(...history.services.db.startupMs), "what it took, not how far the clock jumped").toBeLessThan(
      600_000,
    );
    await dev.stopAll();
  });

  test.each(days)("%s during a stop: the grace period is neither cut short nor without end", async (offset) => {
    const clock = await withClock(
      `services:\n  calm: ${healthy("calm", "stop_grace_period: 10m")}\n  deaf: ${healthy("deaf", "stop_grace_period: 1s")}\n`,
    );
    await using dev = clock.dev;
    expect(await dev.run("start_dev")).toMatchObject({ exitCode: 0 });
    const [calm, deaf] = await dev.programs("calm", "deaf");
    for (const program of [calm, deaf]) await program.ignore("SIGTERM");
    const stop = dev.run("stop");
    await Promise.all([calm.received("SIGTERM"), deaf.received("SIGTERM")]);
    clock.jump(offset);
    await deaf.ended();
    expect(calm.isAlive()).toBe(true);
    await calm.exit(0);
    expect(await stop).toMatchObject({ exitCode: 0 });
    expect(dev.census()).toEqual([]);
  });
});
