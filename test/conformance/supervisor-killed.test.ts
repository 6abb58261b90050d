import { describe, expect, test } from "vitest";
import { type FaultPoint, faultPoints } from "../../scripts/lib/process/fault-point.ts";
import { faultPoint } from "../support/fault-point.ts";
import { healthy, program } from "../support/program.ts";
import { type Workspace, workspace } from "../support/workspace.ts";

// The supervisor is held by a FIFO at the phase and killed there.

const names = ["db", "cache", "api", "web"] as const;

/** The first one has no port by which a leftover of it could be found. */
const stack = () => `services:
  db: { command: ${program("db")} }
  cache: ${healthy("cache", "stop_grace_period: 300ms")}
  api: ${healthy("api", "depends_on: [db, cache]")}
  web: ${healthy("web", "depends_on: [api]")}
`;

interface Phase {
  /** Whether it is come by during a stop, else during a start. */
  readonly stopping?: boolean;
  /** What the world outside looks like there: proves that the phase is what it is called. */
  readonly here: (dev: Workspace) => Promise<void> | void;
}

const pidFiles = (dev: Workspace): readonly string[] => names.filter((name) => dev.has(`pids/${name}.pid`));
const living = (dev: Workspace): readonly string[] =>
  names.filter((name) => dev.runsOf(name).some((run) => run.isAlive()));

const phases: Readonly<Record<FaultPoint, Phase>> = {
  "lock-taken": { here: (dev) => expect(dev.has(".groundswell/ctl")).toBe(false) },
  planned: { here: (dev) => expect([pidFiles(dev), dev.started()]).toEqual([[], []]) },
  spawned: {
    async here(dev) {
      await dev.program("db");
      expect(pidFiles(dev)).toEqual([]);
    },
  },
  recorded: {
    async here(dev) {
      const db = await dev.program("db");
      expect(dev.read("pids/db.pid").split("\n")[0]).toBe(String(db.pid));
    },
  },
  starting: {
    async here(dev) {
      await dev.program("db");
      expect(pidFiles(dev)).toContain("db");
    },
  },
  ready: {
    here(dev) {
      expect(pidFiles(dev)).toEqual(["db", "cache"]);
      const state = dev.has(".groundswell/state.json") ? dev.read(".groundswell/state.json") : "";
      expect(state).not.toContain(`"phase":"ready"`);
    },
  },
  verifying: { here: (dev) => expect([living(dev), pidFiles(dev)]).toEqual([names, names]) },
  "stop-asked": {
    stopping: true,
    here(dev) {
      expect(dev.read(".groundswell/state.json")).toContain(`"desired":"stopped"`);
      expect(living(dev)).toEqual(names);
    },
  },
  signalled: {
    stopping: true,
    async here(dev) {
      await dev.runsOf("cache").at(-1)?.received("SIGTERM");
      await dev.runsOf("web").at(-1)?.ended();
      expect(pidFiles(dev)).toEqual(names);
    },
  },
  stopped: {
    stopping: true,
    here(dev) {
      expect(living(dev).length).toBeLessThan(names.length);
      expect(pidFiles(dev)).toEqual(names);
    },
  },
};

/** Starts, or starts and stops, until the supervisor stands at the phase; then kills it and the command that asked. */
async function killAt(dev: Workspace, phase: FaultPoint, check: Phase["here"]): Promise<void> {
  using point = faultPoint(dev, phase);
  const start = dev.runWith(point.env, "start_dev");
  let command = start;
  if (phases[phase].stopping) {
    expect(await start, dev.story()).toMatchObject({ exitCode: 0 });
    // Else the stop could be over before anybody looks.
    await dev.runsOf("cache").at(-1)?.ignore("SIGTERM");
    command = dev.run("stop");
  }
  await point.reached();
  await check(dev);
  // First the command: it would do the rest itself, from disk.
  command.interrupt("SIGKILL");
  await command;
  await dev.killSupervisor();
}

describe("kill -9 of the supervisor at each phase", () => {
  test.each(faultPoints)("%s: stop leaves nothing", async (phase) => {
    await using dev = await workspace(stack());
    await killAt(dev, phase, phases[phase].here);
    await dev.stopAll();
    expect(pidFiles(dev)).toEqual([]);
    expect((await dev.run("status")).exitCode).toBe(3);
  });

  test.each(faultPoints)("%s, twice: start_dev brings all up, one process a service", async (phase) => {
    await using dev = await workspace(stack());
    await killAt(dev, phase, phases[phase].here);
    // The second time there is something to take over, or to clean up.
    await killAt(dev, phase, () => {});
    expect(await dev.run("start_dev"), dev.story()).toMatchObject({ exitCode: 0 });
    const alive = names.map((name) =>
      dev
        .runsOf(name)
        .filter((run) => run.isAlive())
        .map(({ pid }) => pid),
    );
    expect(
      alive.map((pids) => pids.length),
      dev.story(),
    ).toEqual([1, 1, 1, 1]);
    const { services } = await dev.status();
    expect(names.map((name) => services.find((row) => row.name === name)?.pid)).toEqual(alive.flat());
    await dev.stopAll();
  });

  test("a phase that does not exist is an error that lists those there are", async () => {
    await using dev = await workspace(`services:\n  db: ${healthy("db")}\n`);
    const start = await dev.runWith({ GROUNDSWELL_TEST_PAUSE: "redy" }, "start_dev");
    expect(start.exitCode).toBe(1);
    expect(start.stderr).toContain(`"redy"; there are ${faultPoints.join(", ")}`);
    expect(dev.started()).toEqual([]);
  });
});
