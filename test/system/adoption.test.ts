import { describe, expect, test } from "vitest";
import { runOlder } from "../support/older-version.ts";
import { healthy, program } from "../support/program.ts";
import { livesOf, untilPhase } from "../support/until-phase.ts";
import { type Workspace, workspace } from "../support/workspace.ts";

describe("a task that outlives its supervisor", () => {
  const stack = () => `services:
  job: { command: ${program("job")}, type: task }
  api: ${healthy("api", "depends_on: { job: { condition: completed } }")}
`;

  test("and ends while nobody watches: how is not known, so it runs again; what needs it waits for that", async () => {
    await using dev = await workspace(stack());
    const start = dev.run("start_dev");
    const first = await dev.program("job");
    await dev.killSupervisor();
    expect((await start).exitCode).toBe(1);
    await first.exit(0);
    const again = dev.run("start_dev");
    const second = await dev.program("job", { run: 2 });
    expect(dev.runsOf("api")).toEqual([]);
    await second.exit(0);
    expect(await again).toMatchObject({ exitCode: 0 });
    expect(await dev.statusOf("job")).toMatchObject({ phase: "completed", exitCode: 0 });
    expect((await dev.program("api")).startedAt).toBeGreaterThan(second.endingAt);
    await dev.stopAll();
  });

  test("and ends after it was taken over: its code counts where it was seen, else it runs again", async () => {
    await using dev = await workspace(stack(), { env: { PROCESS_CHECK_INTERVAL: "0.1" } });
    const start = dev.run("start_dev");
    const first = await dev.program("job");
    await dev.killSupervisor();
    await start;
    const again = dev.run("start_dev");
    await again.says(/taken over/);
    expect([livesOf(dev, "job"), livesOf(dev, "api")]).toEqual([[true], []]);
    // Whether a process that is not our child is met as a zombie is a matter of luck: only then its code is known.
    dev.whenever((next) => {
      if (next.name === "job") void next.exit(0);
    });
    await first.exit(0);
    expect(await again).toMatchObject({ exitCode: 0 });
    expect(await dev.statusOf("job")).toMatchObject({ phase: "completed", exitCode: 0 });
    expect(dev.runsOf("job").length).toBeLessThanOrEqual(2);
    expect((await dev.program("api")).startedAt).toBeGreaterThan(first.endingAt);
    await dev.stopAll();
  });

  test("and was done before: it is remembered, and does not run again", async () => {
    await using dev = await workspace(stack());
    const start = dev.run("start_dev");
    await (await dev.program("job")).exit(0);
    expect(await start).toMatchObject({ exitCode: 0 });
    await dev.killSupervisor();
    expect(await dev.run("start_dev")).toMatchObject({ exitCode: 0 });
    expect(dev.runsOf("job")).toHaveLength(1);
    expect(await dev.statusOf("job")).toMatchObject({ phase: "completed" });
    await dev.stopAll();
  });
});

describe("the death of a service that was taken over", () => {
  test.each([
    ["no", "failed"],
    ["on-failure", "ready"],
    ["always", "ready"],
  ])("restart: %s: %s", async (policy, phase) => {
    await using dev = await workspace(`services:\n  api: ${healthy("api", `restart: ${JSON.stringify(policy)}`)}\n`, {
      env: { PROCESS_CHECK_INTERVAL: "0.1" },
    });
    expect(await dev.run("start_dev")).toMatchObject({ exitCode: 0 });
    await dev.killSupervisor();
    expect(await dev.run("start_dev")).toMatchObject({ exitCode: 0 });
    const first = await dev.program("api");
    await first.exit(1);
    if (phase === "ready") await dev.program("api", { run: 2 });
    await untilPhase(dev, "api", phase);
    expect(livesOf(dev, "api")).toEqual(phase === "ready" ? [false, true] : [false]);
    await dev.stopAll();
  });
});

describe("a supervisor that is stopped (SIGSTOP)", () => {
  async function hanging(): Promise<Workspace> {
    const dev = await workspace(`services:\n  db: ${healthy("db")}\n  api: ${healthy("api", "depends_on: [db]")}\n`);
    expect(await dev.run("start_dev")).toMatchObject({ exitCode: 0 });
    process.kill((await dev.supervisor()).pid, "SIGSTOP");
    return dev;
  }

  test.each([["start_dev"], ["restart", "api"], ["reload"]])(
    "%s %s: it is ended, its services are taken over",
    async (name, ...args) => {
      await using dev = await hanging();
      const hung = await dev.supervisor();
      const end = await dev.run(name, ...args.filter((argument) => argument !== undefined));
      expect(end, dev.story()).toMatchObject({ exitCode: 0 });
      expect(end.stderr).toContain("did not answer and was killed");
      expect(dev.supervisors().map(({ pid }) => pid)).not.toContain(hung.pid);
      expect(livesOf(dev, "db")).toEqual([true]);
      expect(livesOf(dev, "api").at(-1)).toBe(true);
      expect(livesOf(dev, "api")).toHaveLength(name === "restart" ? 2 : 1);
      await dev.stopAll();
    },
  );

  test("status tells from the records, and that nobody answers", async () => {
    await using dev = await hanging();
    const end = await dev.run("status");
    expect(end).toMatchObject({ exitCode: 0 });
    expect(end.stdout).toContain("does not answer");
    await dev.stopAll();
  });
});

describe("a supervisor of another version", () => {
  async function startedByAnother(): Promise<Workspace> {
    const dev = await workspace(`services:\n  db: ${healthy("db")}\n  api: ${healthy("api", "depends_on: [db]")}\n`);
    expect(await runOlder(dev, "start_dev")).toMatchObject({ exitCode: 0 });
    return dev;
  }

  test("status tells from the records, and it lives on", async () => {
    await using dev = await startedByAnother();
    const before = await dev.supervisor();
    const { services } = await dev.status();
    expect(services.map(({ phase }) => phase)).toEqual(["ready", "ready"]);
    expect((await dev.supervisor()).pid).toBe(before.pid);
    await dev.stopAll();
  });

  test.each([["start_dev"], ["restart", "api"], ["reload"]])(
    "%s %s: it hands over, its services live on",
    async (name, ...args) => {
      await using dev = await startedByAnother();
      const before = await dev.supervisor();
      const end = await dev.run(name, ...args.filter((argument) => argument !== undefined));
      expect(end, dev.story()).toMatchObject({ exitCode: 0 });
      expect(end.stderr).toContain("0.0.9");
      expect((await dev.supervisor()).pid).not.toBe(before.pid);
      expect(livesOf(dev, "db")).toEqual([true]);
      expect(livesOf(dev, "api")).toHaveLength(name === "restart" ? 2 : 1);
      await dev.stopAll();
    },
  );

  test("stop ends everything", async () => {
    await using dev = await startedByAnother();
    await dev.stopAll();
    expect([livesOf(dev, "db"), livesOf(dev, "api")]).toEqual([[false], [false]]);
  });
});
