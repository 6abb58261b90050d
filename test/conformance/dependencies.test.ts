import { describe, expect, test } from "vitest";
import { freePort } from "../support/free-port.ts";
import { healthy, program, steered } from "../support/program.ts";
import { until } from "../support/until.ts";
import { livesOf, untilPhase } from "../support/until-phase.ts";
import { workspace } from "../support/workspace.ts";

const noRetries = { env: { MAX_PARALLEL_RETRIES: "0" } };

describe("restart while waiting for a dependency", () => {
  const waiting = () => `services:\n  db: ${steered("db")}\n  api: ${healthy("api", "depends_on: [db]")}\n`;

  test("of the one that waits: it goes on waiting, and starts once its dependency is up", async () => {
    await using dev = await workspace(waiting());
    const start = dev.run("start_dev");
    const db = await dev.program("db");
    const restart = dev.run("restart", "api");
    await restart.says(/following it/);
    expect(dev.runsOf("api")).toEqual([]);
    await db.becomeHealthy();
    expect(await start).toMatchObject({ exitCode: 0 });
    expect(await restart).toMatchObject({ exitCode: 0 });
    expect(livesOf(dev, "api")).toEqual([true]);
    expect(livesOf(dev, "db")).toEqual([true]);
    for (const api of dev.runsOf("api")) expect(api.startedAt).toBeGreaterThan(db.healthyAt);
    await dev.stopAll();
  });

  test("of a dependency that hangs in starting: at once; one process of it at a time, and the one that waits is not lost", async () => {
    await using dev = await workspace(waiting());
    const start = dev.run("start_dev");
    const first = await dev.program("db");
    const restart = dev.run("restart", "db");
    const second = await dev.program("db", { run: 2 });
    expect(first.isAlive()).toBe(false);
    expect(start.hasEnded()).toBe(false);
    await second.becomeHealthy();
    expect(await start).toMatchObject({ exitCode: 0 });
    expect(await restart).toMatchObject({ exitCode: 0 });
    expect(livesOf(dev, "db")).toEqual([false, true]);
    expect(livesOf(dev, "api")).toEqual([true]);
    for (const api of dev.runsOf("api")) expect(api.startedAt).toBeGreaterThan(second.healthyAt);
    await dev.stopAll();
  });
});

describe("a dependency that flaps", () => {
  const flapping = (apiKeys = "", dbKeys = "") => `services:
  db: ${steered("db", dbKeys, { check: "interval: 50ms, retries: 1" })}
  slow: ${steered("slow")}
  api: ${healthy("api", `depends_on: [db, slow]${apiKeys}`)}
`;

  test("what needs it starts once it is up again, and only then", async () => {
    await using dev = await workspace(flapping());
    const start = dev.run("start_dev");
    const [db, slow] = await dev.programs("db", "slow");
    for (let round = 0; round < 3; round += 1) {
      await db.becomeHealthy();
      await untilPhase(dev, "db", "ready");
      await db.becomeSick();
      await untilPhase(dev, "db", "unhealthy");
    }
    await slow.becomeHealthy();
    await untilPhase(dev, "slow", "ready");
    expect([dev.runsOf("api"), start.hasEnded()]).toEqual([[], false]);
    const up = await db.becomeHealthy();
    expect((await dev.program("api")).startedAt).toBeGreaterThan(up);
    expect(await start).toMatchObject({ exitCode: 0 });
    await dev.stopAll();
  });

  test("it stays down: what needs it is skipped when its own time is up, and the start ends", async () => {
    await using dev = await workspace(flapping(", start_timeout: 500ms", "start_timeout: 5s"));
    const start = dev.run("start_dev");
    const [db, slow] = await dev.programs("db", "slow");
    await db.becomeHealthy();
    await untilPhase(dev, "db", "ready");
    await db.becomeSick();
    await untilPhase(dev, "db", "unhealthy");
    await slow.becomeHealthy();
    expect(await start).toMatchObject({ exitCode: 2 });
    expect(await dev.statusOf("api")).toMatchObject({ phase: "skipped", reason: expect.stringContaining("db") });
    expect(dev.runsOf("api")).toEqual([]);
    await dev.stopAll();
  });

  test("it ends before it is ready, and comes up at the next attempt", async () => {
    await using dev = await workspace(flapping());
    const start = dev.run("start_dev");
    const [first, slow] = await dev.programs("db", "slow");
    await slow.becomeHealthy();
    await first.exit(1);
    const second = await dev.program("db", { run: 2 });
    expect(dev.runsOf("api")).toEqual([]);
    await second.becomeHealthy();
    expect(await start).toMatchObject({ exitCode: 0 });
    expect(livesOf(dev, "db")).toEqual([false, true]);
    await dev.stopAll();
  });
});

describe("a dependency dies while waited for", () => {
  test.each(["exit", "SIGKILL"] as const)(
    "by %s: what needs it is skipped, naming it; the rest goes on",
    async (how) => {
      await using dev = await workspace(
        `services:\n  db: ${steered("db")}\n  web: ${healthy("web")}\n  api: ${steered("api", "depends_on: [db]")}\n`,
        noRetries,
      );
      const start = dev.run("start_dev");
      const db = await dev.program("db");
      await (how === "exit" ? db.exit(1) : db.die(how));
      expect(await start).toMatchObject({ exitCode: 2 });
      expect(await dev.statusOf("api")).toMatchObject({ phase: "skipped", reason: expect.stringContaining("db") });
      expect(dev.runsOf("api")).toEqual([]);
      expect(livesOf(dev, "web")).toEqual([true]);
      await dev.stopAll();
    },
  );

  test("healthy already, while its wave is still starting: what needs it is skipped", async () => {
    await using dev = await workspace(
      `services:\n  db: ${steered("db")}\n  slow: ${steered("slow")}\n  api: ${steered("api", "depends_on: [db]")}\n`,
      noRetries,
    );
    const start = dev.run("start_dev");
    const [db, slow] = await dev.programs("db", "slow");
    await db.becomeHealthy();
    await until(async () => (await dev.statusOf("db")).phase === "ready", "db is ready");
    await db.exit(1);
    await until(async () => (await dev.statusOf("db")).phase === "failed", "db's death was seen");
    await slow.becomeHealthy();
    expect(await start).toMatchObject({ exitCode: 2 });
    expect(dev.runsOf("api")).toEqual([]);
    expect((await dev.statusOf("api")).phase).toBe("skipped");
    await dev.stopAll();
  });
});

describe("a dependency is skipped", () => {
  const chain = (edge: string) => `services:
  db: ${steered("db")}
  api: ${steered("api", "depends_on: [db]")}
  web: ${healthy("web", `depends_on: { api: ${edge} }`)}
  other: ${healthy("other")}
`;

  test("what needs it is skipped too, each naming its own edge; the start ends", async () => {
    await using dev = await workspace(chain("{ condition: healthy }"), noRetries);
    const start = dev.run("start_dev");
    await (await dev.program("db")).exit(1);
    expect(await start).toMatchObject({ exitCode: 2 });
    expect(await dev.statusOf("api")).toMatchObject({ phase: "skipped", reason: expect.stringContaining("db") });
    expect(await dev.statusOf("web")).toMatchObject({ phase: "skipped", reason: expect.stringContaining("api") });
    expect(
      dev
        .started()
        .map(({ name }) => name)
        .toSorted(),
    ).toEqual(["db", "other"]);
    await dev.stopAll();
  });

  test("required: false: what needs it starts all the same", async () => {
    await using dev = await workspace(chain("{ condition: healthy, required: false }"), noRetries);
    const start = dev.run("start_dev");
    await (await dev.program("db")).exit(1);
    expect(await start).toMatchObject({ exitCode: 2 });
    expect((await dev.statusOf("api")).phase).toBe("skipped");
    expect(livesOf(dev, "web")).toEqual([true]);
    await dev.stopAll();
  });
});

describe("one-shot last", () => {
  const seeded = (web: number) =>
    `services:\n  web: ${healthy("web", "", { port: web })}\n  seed: { command: ${program("seed")}, type: task, depends_on: [web] }\n`;

  test("the start ends with it, the others live on, and it is not run again", async () => {
    await using dev = await workspace(seeded(freePort()));
    const start = dev.run("start_dev");
    const seed = await dev.program("seed");
    expect(start.hasEnded()).toBe(false);
    await seed.exit(0);
    expect(await start).toMatchObject({ exitCode: 0 });
    expect(livesOf(dev, "web")).toEqual([true]);
    expect((await dev.statusOf("seed")).phase).toBe("completed");
    expect(await dev.run("start_dev")).toMatchObject({ exitCode: 0 });
    expect(livesOf(dev, "seed")).toEqual([false]);
    await dev.stopAll();
  });

  test("it fails: the start says so, the others live on", async () => {
    await using dev = await workspace(seeded(freePort()));
    const start = dev.run("start_dev");
    await (await dev.program("seed")).exit(4);
    expect(await start).toMatchObject({ exitCode: 2 });
    expect(await dev.statusOf("seed")).toMatchObject({ phase: "failed", exitCode: 4 });
    expect(livesOf(dev, "web")).toEqual([true]);
    await dev.stopAll();
  });
});
