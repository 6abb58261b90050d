import { describe, expect, test } from "vitest";
import { faultPoint } from "../support/fault-point.ts";
import { runOlder } from "../support/older-version.ts";
import { overhear } from "../support/overheard.ts";
import { healthy, program, steered } from "../support/program.ts";
import { until } from "../support/until.ts";
import { type Workspace, workspace } from "../support/workspace.ts";

const dbThenApi = () => `services:\n  db: ${steered("db")}\n  api: ${healthy("api", "depends_on: [db]")}\n`;
const web = (keys = "") => `services:\n  web: ${steered("web", keys)}\n`;

async function isStarting(dev: Workspace, name: string): Promise<void> {
  await until(async () => (await dev.statusOf(name)).phase === "starting", `${name} is starting`);
}

/** What the next supervisor, or none, goes by; it may lag behind what `status` is told. */
function phaseOnDisk(dev: Workspace, service: string): string | null {
  if (!dev.has(".groundswell/state.json")) return null;
  const { services }: { services: { name: string; state: { phase: string } }[] } = JSON.parse(
    dev.read(".groundswell/state.json"),
  );
  return services.find(({ name }) => name === service)?.state.phase ?? null;
}

describe("wait ends well", () => {
  test("when the last one is ready, and not before", async () => {
    await using dev = await workspace(dbThenApi());
    const start = dev.run("start_dev");
    const db = await dev.program("db");
    using line = await overhear(dev);
    const [all, one] = [dev.run("wait"), dev.run("wait", "db")];
    await line.followers(2);
    const follows = performance.now();
    // From so long a wait on, it says how long it was.
    await until(() => performance.now() - follows > 100, "both have waited for so long");
    expect([all.hasEnded(), one.hasEnded()]).toEqual([false, false]);
    await db.becomeHealthy();
    expect(await one).toMatchObject({ exitCode: 0, stderr: "" });
    const end = await all;
    expect(end).toMatchObject({ exitCode: 0, stderr: "" });
    expect(end.stdout).toMatch(/^All 2 services are ready after [\d.]+ m?s\n$/);
    await start;
    expect(await dev.run("wait")).toMatchObject({ exitCode: 0 });
    await dev.stopAll();
  });

  test("with the first start ever coming after it", async () => {
    await using dev = await workspace(web());
    const wait = dev.run("wait", "web");
    const start = dev.run("start_dev");
    const served = await dev.program("web");
    await isStarting(dev, "web");
    expect(wait.hasEnded()).toBe(false);
    await served.becomeHealthy();
    expect(await wait).toMatchObject({ exitCode: 0 });
    await start;
    await dev.stopAll();
  });

  test("with a completed task among them; none was launched to find out", async () => {
    await using dev = await workspace(`services:\n  once: { command: ["true"], type: task }\n`);
    expect(await dev.run("start_dev")).toMatchObject({ exitCode: 0 });
    await dev.nothingIsLeft();
    expect(await dev.run("wait")).toMatchObject({
      exitCode: 0,
      stdout: expect.stringMatching(/^once is ready(?: after [\d.]+ m?s)?\n$/),
    });
    expect(dev.strays()).toEqual([]);
  });

  test("though it was unhealthy, or tried again: neither is the last word", async () => {
    await using dev = await workspace(
      `services:\n  web: ${steered("web", "", { check: "interval: 50ms, retries: 1" })}\n`,
    );
    const start = dev.run("start_dev");
    await (await dev.program("web")).exit(1);
    const second = await dev.program("web", { run: 2 });
    const wait = dev.run("wait");
    await second.becomeHealthy();
    expect(await wait).toMatchObject({ exitCode: 0 });
    await start;
    await second.becomeSick();
    await until(async () => (await dev.statusOf("web")).phase === "unhealthy", "web is unhealthy");
    expect(await dev.run("wait", "--timeout", "0.2")).toMatchObject({ exitCode: 124 });
    const again = dev.run("wait");
    await second.becomeHealthy();
    expect(await again).toMatchObject({ exitCode: 0 });
    await dev.stopAll();
  });
});

describe("wait ends badly", () => {
  test("at once when one has failed, though another still starts: which, and why", async () => {
    await using dev = await workspace(
      `services:\n  db: ${steered("db")}\n  web: ${steered("web")}\n  page: ${healthy("page", "depends_on: [web]")}\n`,
      { env: { MAX_PARALLEL_RETRIES: "0" } },
    );
    const start = dev.run("start_dev");
    const [db, failing] = await dev.programs("db", "web");
    using line = await overhear(dev);
    const wait = dev.run("wait");
    const page = dev.run("wait", "page");
    const json = dev.run("wait", "web", "--json");
    await line.followers(3);
    await failing.exit(7);
    const end = await wait;
    expect(end).toMatchObject({ exitCode: 1, stdout: "" });
    expect(end.stderr).toContain("✗ web   failed: exited with code 7 before it was ready");
    const document: { services: unknown[] } = JSON.parse((await json).stdout);
    expect(document).toMatchObject({ schemaVersion: 1, outcome: "failed", exitCode: 1, failed: ["web"] });
    expect(document.services).toEqual([
      {
        name: "web",
        phase: "failed",
        reason: expect.stringContaining("code 7"),
        wave: 0,
        lastProbe: expect.anything(),
      },
    ]);
    await db.becomeHealthy();
    const skipped = await page;
    expect(skipped.exitCode).toBe(1);
    expect(skipped.stderr).toContain("page  skipped: needs web healthy, but it failed");
    await start;
    await dev.stopAll();
  });

  test("when its start timeout is over", async () => {
    await using dev = await workspace(web("start_timeout: 300ms"));
    const start = dev.run("start_dev");
    const end = await dev.run("wait");
    expect(end.exitCode).toBe(1);
    expect(end.stderr).toContain("timeout: not ready within 0.3 s");
    expect(await start).toMatchObject({ exitCode: 1 });
    // Long since over, and nobody runs any more.
    const late = await dev.run("wait");
    expect(late.exitCode).toBe(1);
    expect(late.stderr).toContain("timeout: not ready within 0.3 s");
    await dev.nothingIsLeft();
  });

  test("when it was stopped", async () => {
    await using dev = await workspace(`services:\n  db: ${healthy("db")}\n  web: ${steered("web")}\n`);
    const start = dev.run("start_dev");
    await dev.program("web");
    using line = await overhear(dev);
    const wait = dev.run("wait", "web");
    // One that came only after the stop would take it for not yet started.
    await line.followers(1);
    await dev.run("stop", "web");
    const end = await wait;
    expect(end.exitCode).toBe(1);
    expect(end.stderr).toContain("web  stopped");
    await start;
    await dev.stopAll();
  });

  test("when the time is up: 124, and what the last probe said", async () => {
    await using dev = await workspace(dbThenApi());
    const start = dev.run("start_dev");
    const db = await dev.program("db");
    await until(async () => (await dev.statusOf("db")).healthcheck?.ok === false, "db is being probed");
    const end = await dev.run("wait", "--timeout", "0.3");
    expect(end).toMatchObject({ exitCode: 124, stdout: "" });
    expect(end.stderr).toMatch(
      /^Not ready within 0\.3 s: 0 of 2 are\n… db {3}starting for [\d.]+ s: connection refused/,
    );
    expect(end.stderr).toContain("api  waiting for db");
    await db.becomeHealthy();
    await start;
    await dev.stopAll();
  });

  test("when nothing was started in the given time: 3", async () => {
    await using dev = await workspace(web());
    const end = await dev.run("wait", "--timeout", "0.2");
    expect(end).toMatchObject({ exitCode: 3, stdout: "" });
    expect(end.stderr).toMatch(/^Nothing runs here, and nothing was started within 0\.2 s\n/);
    expect(JSON.parse((await dev.run("wait", "--timeout", "0.2", "--json")).stdout)).toMatchObject({
      outcome: "nothing-runs",
      exitCode: 3,
      services: [],
    });
    expect(dev.strays()).toEqual([]);
  });
});

describe("what was before does not count", () => {
  test("stopped: it is not started yet", async () => {
    await using dev = await workspace(`services:\n  web: ${healthy("web")}\n`);
    await dev.run("start_dev");
    await dev.stopAll();
    expect(await dev.run("wait", "--timeout", "0.2")).toMatchObject({ exitCode: 3 });
    const wait = dev.run("wait");
    await dev.run("start_dev");
    expect(await wait).toMatchObject({ exitCode: 0 });
    await dev.stopAll();
  });

  test.each(["with", "without"])("failed, %s another that lives on: start_dev & wait", async (how) => {
    const other = how === "with" ? `  db: ${healthy("db")}\n` : "";
    await using dev = await workspace(`${web()}${other}`, { env: { MAX_PARALLEL_RETRIES: "0" } });
    const first = dev.run("start_dev");
    await (await dev.program("web")).exit(1);
    await first;
    const start = dev.run("start_dev");
    const wait = dev.run("wait");
    const second = await dev.program("web", { run: 2 });
    await second.becomeHealthy();
    expect(await wait, dev.story()).toMatchObject({ exitCode: 0 });
    await start;
    await dev.stopAll();
  });
});

describe("names and times that make no sense", () => {
  test("an unknown name: did you mean, at once, whether anything runs or not", async () => {
    await using dev = await workspace(`services:\n  worker: ${healthy("worker")}\n`);
    const before = await dev.run("wait", "wroker", "worker");
    expect(before).toMatchObject({ exitCode: 64, stdout: "" });
    expect(before.stderr).toContain(
      `error[SERVICE_UNKNOWN]: No service is named "wroker"\nhint: Did you mean "worker"?`,
    );
    await dev.run("start_dev");
    expect(await dev.run("wait", "wroker")).toMatchObject({ exitCode: 64, stderr: before.stderr });
    const farOff = await dev.run("wait", "elsewhere");
    expect(farOff.stderr, "each name once, though it runs and stands in the file").toContain(
      "hint: Services: worker.\n",
    );
    await dev.stopAll();
  });

  test("a name that is in services.yaml and was not started: it is waited for", async () => {
    await using dev = await workspace(`services:\n  db: ${healthy("db")}\n  web: ${healthy("web")}\n`);
    await dev.run("start_dev", "db");
    const end = await dev.run("wait", "db", "web", "--timeout", "0.2");
    expect(end.exitCode).toBe(124);
    expect(end.stderr).toContain("· web  not started");
    await dev.stopAll();
  });

  test.each([["0"], ["-1"], ["NaN"], ["soon"], ["1e3"], [""]])("--timeout=%s is a mistake", async (timeout) => {
    await using dev = await workspace(web());
    const end = await dev.run("wait", `--timeout=${timeout}`);
    expect(end).toMatchObject({ exitCode: 64, stdout: "" });
    expect(end.stderr).toMatch(/error\[USAGE\]: --timeout must be a number of seconds, more than zero, but is /);
  });
});

describe("whoever supervises", () => {
  test("killed while it waits, and another start takes over", async () => {
    await using dev = await workspace(dbThenApi());
    const first = dev.run("start_dev");
    await dev.program("db");
    using line = await overhear(dev);
    const wait = dev.run("wait");
    await line.followers(1);
    await dev.killSupervisor();
    await first;
    const second = dev.run("start_dev");
    await until(
      async () => (await dev.statusOf("db")).phase === "starting" && dev.supervisors().length === 1,
      "db is starting",
    );
    expect(wait.hasEnded()).toBe(false);
    await dev.runsOf("db").at(-1)?.becomeHealthy();
    expect(await wait, dev.story()).toMatchObject({ exitCode: 0 });
    expect(await second).toMatchObject({ exitCode: 0 });
    await dev.stopAll();
  });

  test("nobody: what lives and is healthy is ready, what died has failed", async () => {
    await using dev = await workspace(`services:\n  db: ${healthy("db")}\n  web: ${healthy("web")}\n`);
    await dev.run("start_dev");
    await dev.killSupervisor();
    expect(await dev.run("wait")).toMatchObject({ exitCode: 0 });
    await (await dev.program("web")).exit(3);
    const end = await dev.run("wait");
    expect(end.exitCode).toBe(1);
    expect(end.stderr).toMatch(/web {2}failed: /);
    expect(await dev.run("wait", "db")).toMatchObject({ exitCode: 0 });
    await dev.stopAll();
  });

  test("nobody, and one was still starting that cannot be asked: it is not called ready", async () => {
    await using dev = await workspace(`services:\n  web: { command: ${program("web")}, healthcheck: { log: "up" } }\n`);
    const start = dev.run("start_dev");
    await dev.program("web");
    await until(() => phaseOnDisk(dev, "web") === "starting", "it is written down that web is starting");
    await dev.killSupervisor();
    await start;
    expect(await dev.statusOf("web")).toMatchObject({ phase: "starting" });
    const end = await dev.run("wait", "--timeout", "0.2");
    expect(end.exitCode).toBe(124);
    expect(end.stderr).toContain("No supervisor watches over them.");
    await dev.stopAll();
  });

  test.each(["for the first time", "anew"])(
    "killed before it could write down that one starts, %s: it is not called ready",
    async (how) => {
      await using dev = await workspace(
        `services:\n  web: { command: ${program("web")}, healthcheck: { log: "up \\\\d" } }\n`,
      );
      if (how === "anew") {
        const first = dev.run("start_dev");
        await (await dev.program("web")).print("up 1\n");
        expect(await first).toMatchObject({ exitCode: 0 });
        await dev.stopAll();
      }
      using recorded = faultPoint(dev, "recorded");
      const start = dev.runWith(recorded.env, "start_dev");
      await recorded.reached();
      start.interrupt("SIGKILL");
      await start;
      await dev.killSupervisor();
      expect(phaseOnDisk(dev, "web")).not.toBe("starting");
      expect(await dev.statusOf("web")).toMatchObject({ phase: "starting" });
      expect(await dev.run("wait", "web", "--timeout", "0.2")).toMatchObject({ exitCode: 124 });
      await dev.stopAll();
    },
  );

  test("one that does not answer: said, and the disk is asked", async () => {
    await using dev = await workspace(`services:\n  web: ${healthy("web")}\n`);
    await dev.run("start_dev");
    process.kill((await dev.supervisor()).pid, "SIGSTOP");
    const end = await dev.run("wait");
    expect(end.exitCode).toBe(0);
    expect(end.stdout).toMatch(/^web is ready/);
    await dev.stopAll();
  });

  test("one that stops answering while it waits: said once, and the wait goes on", async () => {
    await using dev = await workspace(web());
    const start = dev.run("start_dev");
    const served = await dev.program("web");
    using line = await overhear(dev);
    const wait = dev.run("wait");
    await line.followers(1);
    const { pid } = await dev.supervisor();
    process.kill(pid, "SIGSTOP");
    await wait.says(/\[SUPERVISOR_UNRESPONSIVE\]/);
    process.kill(pid, "SIGCONT");
    await served.becomeHealthy();
    const end = await wait;
    expect(end.exitCode).toBe(0);
    expect(end.stderr.match(/SUPERVISOR_UNRESPONSIVE/g)).toHaveLength(1);
    await start;
    await dev.stopAll();
  });

  test("one of another version, whose records count; then ours", async () => {
    await using dev = await workspace(`services:\n  db: ${healthy("db")}\n  web: ${steered("web")}\n`);
    const older = runOlder(dev, "start_dev");
    const served = await dev.program("web");
    await isStarting(dev, "web");
    const { stdout } = await dev.run("status");
    expect(stdout).toContain("hint: The supervisor is of version 0.0.9; this is what it wrote down.");
    expect(stdout).not.toContain("unsupervised");
    expect(await dev.run("wait", "db")).toMatchObject({ exitCode: 0 });
    const wait = dev.run("wait");
    await served.becomeHealthy();
    expect(await wait).toMatchObject({ exitCode: 0 });
    expect(await older).toMatchObject({ exitCode: 0 });
    await dev.run("start_dev");
    expect(await dev.run("wait")).toMatchObject({ exitCode: 0 });
    await dev.stopAll();
  });
});
