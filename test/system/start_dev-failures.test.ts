import { chmodSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { freePort } from "../support/free-port.ts";
import { program, steered } from "../support/program.ts";
import { until } from "../support/until.ts";
import { type Workspace, workspace } from "../support/workspace.ts";

const noRetries = { env: { MAX_PARALLEL_RETRIES: "0" } };

/** Starts, expects that the one service `web` fails, and gives all that was said about it. */
async function failedStart(dev: Workspace): Promise<{ said: string; reason: string; phase: string }> {
  const end = await dev.run("start_dev");
  expect(end.exitCode, dev.story()).toBe(1);
  expect(end.stderr).not.toContain("this is a bug");
  const { reason, phase } = await dev.statusOf("web");
  return { said: end.stdout + end.stderr, reason: reason ?? "", phase };
}

describe("a service that cannot be executed", () => {
  test("its folder is missing: names the folder", async () => {
    await using dev = await workspace(`services:\n  web: { command: [sleep, "60"], working_dir: no/such/folder }\n`);
    const { said, reason, phase } = await failedStart(dev);
    expect(said).toContain("no/such/folder");
    expect(reason).toContain("no/such/folder");
    expect(phase).toBe("failed");
    await dev.stopAll();
  });

  test.each([
    ["a list", `[no-such-program-zz, "1"]`],
    ["a shell string", "no-such-program-zz 1"],
  ])("command not found, as %s: names the command", async (_form, command) => {
    await using dev = await workspace(`services:\n  web: { command: ${command} }\n`, noRetries);
    const { said, reason } = await failedStart(dev);
    expect(said).toContain("no-such-program-zz");
    expect(reason).toMatch(/no-such-program-zz|127/);
    await dev.stopAll();
  });

  test("progress that was written over: the failure shows of a line what logs shows", async () => {
    const output = String.raw`printf 'one\rtwo\rthree\n\033[31m50 %%\r100 %%\033[0m\r\n'; exit 1`;
    await using dev = await workspace(`services:\n  web: { command: ${JSON.stringify(output)} }\n`, noRetries);
    const { said } = await failedStart(dev);
    const shown = [...said.matchAll(/^ {4}│ (.*)$/gm)].map(([, line]) => line);
    expect(shown).toEqual(["three", "100 %"]);
    expect((await dev.run("logs", "web")).stdout).toBe(`${shown.join("\n")}\n`);
    await dev.stopAll();
  });

  test("not found is not tried again, however many retries are allowed", async () => {
    const command = `[no-such-program-zz]`;
    await using dev = await workspace(`services:\n  web: { command: ${command} }\n`, {
      env: { MAX_PARALLEL_RETRIES: "9" },
    });
    const end = await dev.run("start_dev", "--json");
    expect(end.exitCode).toBe(1);
    expect(end.stdout).not.toContain(`"backoff"`);
    await dev.stopAll();
  });

  test("a file that is not executable: names it", async () => {
    await using dev = await workspace(`services:\n  web: { command: [./web.sh] }\n`, {
      files: { "web.sh": "#!/bin/sh\n" },
    });
    chmodSync(dev.path("web.sh"), 0o644);
    const { said } = await failedStart(dev);
    expect(said).toMatch(/web\.sh/);
    expect(said).toMatch(/EACCES|permission|executable/i);
    await dev.stopAll();
  });
});

describe("a service that ends before it is ready", () => {
  test("by itself: the exit code and what it said last", async () => {
    await using dev = await workspace(
      `services:\n  web: { command: [sh, -c, "echo no database here; exit 7"] }\n`,
      noRetries,
    );
    const { said, reason } = await failedStart(dev);
    expect(said).toContain("no database here");
    expect(reason).toMatch(/\b7\b/);
    await dev.stopAll();
  });

  test("by a signal: names the signal", async () => {
    await using dev = await workspace(`services:\n  web: ${steered("web")}\n`, noRetries);
    const start = dev.run("start_dev");
    await (await dev.program("web")).die("SIGKILL");
    expect((await start).exitCode).toBe(1);
    expect((await dev.statusOf("web")).reason).toContain("SIGKILL");
    await dev.stopAll();
  });

  test("with 0: says that a service must stay in the foreground", async () => {
    await using dev = await workspace(`services:\n  web: { command: [sh, -c, "exit 0"] }\n`, noRetries);
    const { said, phase } = await failedStart(dev);
    expect(said).toMatch(/foreground/);
    expect(phase).toBe("failed");
    await dev.stopAll();
  });

  test("is tried again: MAX_PARALLEL_RETRIES=2 makes three attempts", async () => {
    await using dev = await workspace(`services:\n  web: ${steered("web")}\n`, { env: { MAX_PARALLEL_RETRIES: "2" } });
    const start = dev.run("start_dev");
    for (const run of [1, 2, 3]) await (await dev.program("web", { run })).exit(5);
    expect((await start).exitCode).toBe(1);
    expect(dev.runsOf("web")).toHaveLength(3);
    await dev.stopAll();
  });

  test("comes up at the second attempt: exit 0", async () => {
    await using dev = await workspace(`services:\n  web: ${steered("web")}\n`);
    const start = dev.run("start_dev");
    await (await dev.program("web")).exit(5);
    await (await dev.program("web", { run: 2 })).becomeHealthy();
    expect((await start).exitCode).toBe(0);
    await dev.stopAll();
  });
});

describe("a service that never becomes healthy", () => {
  test("timeout: the limit, the last probe, its last words; and it is killed", async () => {
    await using dev = await workspace(`services:\n  web: ${steered("web", "start_timeout: 2s")}\n`);
    const start = dev.run("start_dev");
    const web = await dev.program("web");
    await web.print("waiting for the moon\n");
    await web.becomeSick();
    const end = await start;
    expect(end.exitCode).toBe(1);
    expect(end.stdout + end.stderr).toMatch(/503/);
    expect(end.stdout + end.stderr).toContain("waiting for the moon");
    expect(end.stdout + end.stderr).toMatch(/\b2(\.0)? ?s\b/);
    expect(web.isAlive()).toBe(false);
    expect((await dev.statusOf("web")).phase).toBe("timeout");
    await dev.stopAll();
  });

  test("says where it listens instead", async () => {
    const elsewhere = freePort();
    await using dev = await workspace(`services:\n  web: ${steered("web", "start_timeout: 2s")}\n`);
    const start = dev.run("start_dev");
    await (await dev.program("web")).listen(elsewhere);
    const end = await start;
    expect(end.exitCode).toBe(1);
    expect(end.stdout + end.stderr).toContain(String(elsewhere));
    await dev.stopAll();
  });
});

describe("a workspace that cannot be written", () => {
  test.each(["pids", "logs"])("%s is no folder: said in one sentence, nothing is left running", async (folder) => {
    await using dev = await workspace(`services:\n  web: { command: ${program("web")} }\n`, {
      files: { [folder]: "a file\n" },
    });
    const end = await dev.run("start_dev");
    expect(end.exitCode).not.toBe(0);
    expect(end.exitCode).not.toBe(70);
    expect(end.stdout + end.stderr).toContain(folder);
    await until(() => dev.census().length === 0, "no program is left");
  });
});
