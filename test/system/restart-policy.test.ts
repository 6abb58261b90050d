import { rmSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { healthy, program, steered } from "../support/program.ts";
import type { RunningCommand } from "../support/running-command.ts";
import type { StatusDocument, StatusRow } from "../support/status-document.ts";
import { until } from "../support/until.ts";
import { livesOf, untilPhase } from "../support/until-phase.ts";
import { type Workspace, workspace } from "../support/workspace.ts";

const quick = { check: "interval: 50ms, timeout: 1s, retries: 2" };
/** Its row at that moment. */
async function started(yaml: string): Promise<Workspace> {
  const dev = await workspace(yaml);
  expect(await dev.run("start_dev"), dev.story()).toMatchObject({ exitCode: 0 });
  return dev;
}

/** Every row of every document that `status --watch --json` has printed so far. */
function watched(watch: RunningCommand): readonly StatusRow[] {
  const lines = watch.printed().stdout.split("\n").slice(0, -1);
  return lines.flatMap((line) => {
    const { services }: StatusDocument = JSON.parse(line);
    return services;
  });
}

describe("a service that was ready and ended", () => {
  test.each([
    ["no", 1, "failed"],
    ["on-failure", 0, "failed"],
    ["on-failure", 1, "ready"],
    ["always", 0, "ready"],
    ["unless-stopped", 3, "ready"],
  ])("restart: %s, exit code %i: %s", async (policy, code, phase) => {
    await using dev = await started(
      `services:\n  api: ${healthy("api", `restart: ${JSON.stringify(policy)}`)}\n  other: ${healthy("other")}\n`,
    );
    const first = await dev.program("api");
    await first.exit(code);
    if (phase === "ready") await dev.program("api", { run: 2 });
    await untilPhase(dev, "api", phase);
    const row = await dev.statusOf("api");
    expect(livesOf(dev, "api")).toEqual(phase === "ready" ? [false, true] : [false]);
    expect(row).toMatchObject({ restarts: phase === "ready" ? 1 : 0 });
    if (phase === "ready") expect(row.pid).toBe(dev.runsOf("api")[1]?.pid);
    await dev.stopAll();
  });

  test("by a signal, with a child that lives on: what is left goes first, then it starts again", async () => {
    await using dev = await started(
      `services:\n  api: ${healthy("api", "restart: on-failure, stop_grace_period: 200ms")}\n`,
    );
    const first = await dev.program("api");
    const child = await first.spawnGrandchild({ ignoreTerm: true });
    await first.die("SIGKILL");
    const second = await dev.program("api", { run: 2 });
    expect(child.isAlive()).toBe(false);
    await untilPhase(dev, "api", "ready");
    expect(second.isAlive()).toBe(true);
    await dev.stopAll();
  });

  test("on-failure:2 gives up after two restarts, and says how it ended", async () => {
    await using dev = await started(`services:\n  api: ${healthy("api", 'restart: "on-failure:2"')}\n`);
    for (const run of [1, 2, 3]) await (await dev.program("api", { run })).exit(run);
    await untilPhase(dev, "api", "failed");
    expect(await dev.statusOf("api")).toMatchObject({
      restarts: 2,
      exitCode: 3,
      reason: expect.stringContaining("exited with code 3"),
    });
    expect(livesOf(dev, "api")).toEqual([false, false, false]);
    await dev.stopAll();
  });

  test("five ends within a minute are a crash loop: failed, with the exit codes; start_dev begins anew", async () => {
    await using dev = await started(`services:\n  api: ${healthy("api", "restart: always")}\n`);
    for (const run of [1, 2, 3, 4, 5]) await (await dev.program("api", { run })).exit(run % 2);
    await untilPhase(dev, "api", "failed");
    const { reason } = await dev.statusOf("api");
    expect(reason).toContain("keeps crashing");
    expect(reason).toContain("1, 0, 1, 0, 1");
    expect(dev.runsOf("api")).toHaveLength(5);
    expect(await dev.run("start_dev")).toMatchObject({ exitCode: 0 });
    expect(livesOf(dev, "api").at(-1)).toBe(true);
    await dev.stopAll();
  });

  test("while it waits for its next attempt, status says so; and the waits grow", async () => {
    await using dev = await started(`services:\n  api: ${healthy("api", "restart: always")}\n`);
    const begunAt = Date.now();
    // One that looks all the time: on a machine under load, to start a command may take as long as the whole wait.
    const watch = dev.run("status", "--watch", "--json");
    await watch.says(/"phase":"ready"/);
    for (const run of [1, 2, 3, 4]) await (await dev.program("api", { run })).exit(1);
    const waiting = await until(
      () => watched(watch).find(({ phase, restarts }) => phase === "backoff" && restarts === 4),
      () => `api backs off\n${watch.printed().stdout}`,
    );
    watch.interrupt();
    await watch;
    expect(waiting).toMatchObject({ pid: null, exitCode: 1, retryAt: expect.any(Number) });
    const fifth = await dev.program("api", { run: 5 });
    expect(waiting.retryAt).toBeGreaterThan(begunAt);
    expect(waiting.retryAt).toBeLessThanOrEqual(Date.now());
    expect((await dev.statusOf("api")).retryAt).toBeNull();
    const [, second, third, fourth] = dev.runsOf("api");
    const gaps = [
      (third?.startedAt ?? 0) - (second?.endingAt ?? 0),
      (fourth?.startedAt ?? 0) - (third?.endingAt ?? 0),
      fifth.startedAt - (fourth?.endingAt ?? 0),
    ];
    // Lower bounds only: a machine under load is late, and never early.
    for (const [index, leastMs] of [499, 999, 1_999].entries()) expect(gaps[index]).toBeGreaterThanOrEqual(leastMs);
    await dev.stopAll();
  });

  test("a restart that does not become ready in time is ended, and tried again", async () => {
    // Ready by a file that is there before it: only the one that is not to be ready in time races with the clock.
    await using dev = await workspace(
      `services:\n  api: { command: ${program("api")}, restart: on-failure, start_timeout: 1s, healthcheck: { file: up } }\n`,
      { files: { up: "" } },
    );
    expect(await dev.run("start_dev")).toMatchObject({ exitCode: 0 });
    const first = await dev.program("api");
    rmSync(dev.path("up"));
    await first.exit(1);
    const second = await dev.program("api", { run: 2 });
    await second.ended();
    dev.write("up", "");
    await dev.program("api", { run: 3 });
    await untilPhase(dev, "api", "ready");
    expect(livesOf(dev, "api")).toEqual([false, false, true]);
    await dev.stopAll();
  });

  test("its dependents stay as they are; those over a `restart: true` edge are restarted once it is ready again", async () => {
    await using dev = await workspace(`services:
  db: ${steered("db", "restart: always")}
  plain: ${healthy("plain", "depends_on: [db]")}
  tied: ${healthy("tied", "depends_on: { db: { restart: true } }")}
  last: ${healthy("last", "depends_on: { tied: { restart: true } }")}
`);
    const start = dev.run("start_dev");
    const first = await dev.program("db");
    await first.becomeHealthy();
    expect(await start).toMatchObject({ exitCode: 0 });
    await first.exit(1);
    const second = await dev.program("db", { run: 2 });
    expect([livesOf(dev, "tied"), livesOf(dev, "last")]).toEqual([[true], [true]]);
    await second.becomeHealthy();
    const tied = await dev.program("tied", { run: 2 });
    const last = await dev.program("last", { run: 2 });
    await untilPhase(dev, "last", "ready");
    expect(tied.startedAt).toBeGreaterThan(second.healthyAt);
    expect(last.startedAt).toBeGreaterThan(tied.healthyAt);
    expect([livesOf(dev, "plain"), livesOf(dev, "tied"), livesOf(dev, "last")]).toEqual([
      [true],
      [false, true],
      [false, true],
    ]);
    await dev.stopAll();
  });
});

describe("a service that is unhealthy", () => {
  test("is reported and left alone", async () => {
    await using dev = await started(`services:\n  api: ${healthy("api", "restart: always", quick)}\n`);
    const api = await dev.program("api");
    await api.becomeSick();
    await untilPhase(dev, "api", "unhealthy");
    await api.becomeHealthy();
    await untilPhase(dev, "api", "ready");
    expect(livesOf(dev, "api")).toEqual([true]);
    await dev.stopAll();
  });

  test("with on_unhealthy: restart it is ended and starts again, whatever its policy", async () => {
    await using dev = await started(`services:\n  api: ${healthy("api", "on_unhealthy: restart", quick)}\n`);
    const first = await dev.program("api");
    const child = await first.spawnGrandchild();
    await first.becomeSick();
    await first.ended();
    const second = await dev.program("api", { run: 2 });
    await untilPhase(dev, "api", "ready");
    expect([child.isAlive(), second.isAlive()]).toEqual([false, true]);
    expect(await dev.statusOf("api")).toMatchObject({ restarts: 1 });
    await dev.stopAll();
  });
});

describe("a restart or stop asked for", () => {
  /** Its policy waits two seconds before the next attempt: on a machine under load that may have begun before the command does. */
  async function backingOff(): Promise<Workspace> {
    const dev = await started(
      `services:\n  api: ${healthy("api", "restart: always")}\n  other: ${healthy("other", "restart: always")}\n`,
    );
    for (const run of [1, 2, 3, 4]) await (await dev.program("api", { run })).exit(1);
    await until(
      async () => (await dev.statusOf("api")).phase === "backoff" || dev.runsOf("api").length > 4,
      () => `api backs off\n${dev.story()}`,
    );
    return dev;
  }

  test.each([["restart", "api"], ["start_dev"]])(
    "while it backs off: %s %s starts it, and one of it runs",
    async (name, ...args) => {
      await using dev = await backingOff();
      expect(await dev.run(name, ...args)).toMatchObject({ exitCode: 0 });
      const lives = livesOf(dev, "api");
      expect(lives.slice(0, -1)).not.toContain(true);
      expect(lives.at(-1)).toBe(true);
      expect((await dev.statusOf("api")).phase).toBe("ready");
      await dev.stopAll();
    },
  );

  test("while it backs off: what was stopped is not started again", async () => {
    await using dev = await backingOff();
    expect(await dev.run("stop", "api")).toMatchObject({ exitCode: 0 });
    expect((await dev.statusOf("api")).phase).toBe("killed");
    const runs = dev.runsOf("api").length;
    // The attempt it had been waiting for would be due within two seconds: the other is brought to a longer wait meanwhile.
    for (const run of [1, 2, 3, 4, 5]) await (await dev.program("other", { run })).exit(1);
    await untilPhase(dev, "other", "failed");
    await dev.stopAll();
    expect(dev.runsOf("api")).toHaveLength(runs);
  });

  test("while its policy starts it: the one that hangs is replaced", async () => {
    await using dev = await workspace(`services:\n  api: ${steered("api", "restart: always")}\n`);
    const start = dev.run("start_dev");
    const first = await dev.program("api");
    await first.becomeHealthy();
    expect(await start).toMatchObject({ exitCode: 0 });
    await first.exit(1);
    const second = await dev.program("api", { run: 2 });
    const restart = dev.run("restart", "api");
    const third = await dev.program("api", { run: 3 });
    expect(second.isAlive()).toBe(false);
    await third.becomeHealthy();
    expect(await restart).toMatchObject({ exitCode: 0 });
    expect(livesOf(dev, "api")).toEqual([false, false, true]);
    await dev.stopAll();
  });

  test("while its policy starts it: stop ends it for good", async () => {
    await using dev = await workspace(`services:\n  api: ${steered("api", "restart: always")}\n`);
    const start = dev.run("start_dev");
    const first = await dev.program("api");
    await first.becomeHealthy();
    expect(await start).toMatchObject({ exitCode: 0 });
    await first.exit(1);
    await dev.program("api", { run: 2 });
    await dev.stopAll();
    expect(livesOf(dev, "api")).toEqual([false, false]);
  });
});

describe("a supervisor that was killed", () => {
  test("its successor restarts what it took over by the same policy", async () => {
    await using dev = await started(`services:\n  api: ${healthy("api", "restart: on-failure")}\n`);
    await dev.killSupervisor();
    expect(await dev.run("start_dev")).toMatchObject({ exitCode: 0 });
    const first = await dev.program("api");
    expect(livesOf(dev, "api")).toEqual([true]);
    await first.exit(1);
    await dev.program("api", { run: 2 });
    await untilPhase(dev, "api", "ready");
    expect(livesOf(dev, "api")).toEqual([false, true]);
    await dev.stopAll();
  });
});

test("a supervisor that was killed while a service was unhealthy: on_unhealthy: restart still acts", async () => {
  await using dev = await started(
    `services:\n  api: ${healthy("api", "on_unhealthy: restart", { check: "interval: 50ms, retries: 100" })}\n`,
  );
  const first = await dev.program("api");
  await first.becomeSick();
  await dev.killSupervisor();
  dev.write("services.yaml", dev.read("services.yaml").replace("retries: 100", "retries: 2"));
  // Taken over as it stands: what changed of it is for a reload.
  expect((await dev.run("reload", "--plan")).stdout).toContain("1 changed");
  await first.ended();
  await dev.program("api", { run: 2 });
  await untilPhase(dev, "api", "ready");
  await dev.stopAll();
});

describe("a dependency with a policy that flaps during a start", () => {
  test("what needs it starts while it is up; a crash loop ends the wait", async () => {
    await using dev = await workspace(`services:
  db: ${steered("db", "restart: always")}
  slow: ${steered("slow")}
  api: ${healthy("api", "depends_on: [db, slow]")}
`);
    const start = dev.run("start_dev");
    const slow = await dev.program("slow");
    for (const run of [1, 2, 3]) {
      const db = await dev.program("db", { run });
      await db.becomeHealthy();
      await untilPhase(dev, "db", "ready");
      await db.exit(1);
    }
    await slow.becomeHealthy();
    expect(dev.runsOf("api")).toEqual([]);
    const db = await dev.program("db", { run: 4 });
    await db.becomeHealthy();
    expect((await dev.program("api")).startedAt).toBeGreaterThan(db.healthyAt);
    expect(await start).toMatchObject({ exitCode: 0 });
    await dev.stopAll();
  });

  test("a crash loop during the start: what needs it is skipped, and the start ends", async () => {
    await using dev = await workspace(`services:
  db: ${steered("db", "restart: always")}
  slow: ${steered("slow")}
  api: ${healthy("api", "depends_on: [db, slow]")}
`);
    const start = dev.run("start_dev");
    for (const run of [1, 2, 3, 4, 5]) {
      const db = await dev.program("db", { run });
      await db.becomeHealthy();
      await untilPhase(dev, "db", "ready");
      await db.exit(1);
    }
    await untilPhase(dev, "db", "failed");
    await (await dev.program("slow")).becomeHealthy();
    expect(await start).toMatchObject({ exitCode: 2 });
    expect(await dev.statusOf("api")).toMatchObject({ phase: "skipped", reason: expect.stringContaining("db") });
    expect(dev.runsOf("api")).toEqual([]);
    await dev.stopAll();
  });
});
