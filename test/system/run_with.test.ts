import { describe, expect, test } from "vitest";
import { faultPoint } from "../support/fault-point.ts";
import { healthy, program, programArgv, steered } from "../support/program.ts";
import { requires } from "../support/requires.ts";
import { until } from "../support/until.ts";
import { workspace } from "../support/workspace.ts";

const pair = () => `services:\n  db: ${healthy("db")}\n  api: ${healthy("api", "depends_on: [db]")}\n`;
const node = (script: string) => [process.execPath, "-e", script] as const;

describe("run_with -- CMD", () => {
  test("runs it when all is ready, hands its output through, stops what it started", async () => {
    await using dev = await workspace(pair());
    const run = dev.run("run_with", "--", ...programArgv("cmd"));
    const cmd = await dev.program("cmd");
    const [db, api] = await dev.programs("db", "api");
    expect(cmd.startedAt).toBeGreaterThan(api.healthyAt);
    expect([db.isAlive(), api.isAlive()]).toEqual([true, true]);
    await cmd.print("all green\n");
    await cmd.exit(0);
    const end = await run;
    expect(end).toMatchObject({ exitCode: 0, stdout: "all green\n" });
    expect(end.stderr).toMatch(/db +ready[^]*Ready in[^]*Running: [^]*stopping[^]*Stopped 2 services/);
    expect(dev.census()).toEqual([]);
    await dev.nothingIsLeft();
  });

  test.each([0, 3, 255])("ends with its exit code: %i", async (code) => {
    await using dev = await workspace(`services:\n  db: ${healthy("db")}\n`);
    expect(await dev.run("run_with", "--", ...node(`process.exit(${code})`))).toMatchObject({ exitCode: code });
    expect(dev.census()).toEqual([]);
    await dev.nothingIsLeft();
  });

  test("one that dies by a signal: 128 + its number", async () => {
    await using dev = await workspace(`services:\n  db: ${healthy("db")}\n`);
    const run = dev.run("run_with", "--", ...programArgv("cmd"));
    await (await dev.program("cmd")).die("SIGKILL");
    expect(await run).toMatchObject({ exitCode: 137, signal: null });
    await dev.nothingIsLeft();
  });

  test("its arguments are its own: no shell, none of our options", async () => {
    await using dev = await workspace(`services:\n  db: ${healthy("db")}\n`);
    const odd = ["--help", "--file", "$HOME", "a b", "*", "--", "--plan"];
    const end = await dev.run(
      "run_with",
      "--",
      ...node("console.log(JSON.stringify(process.argv.slice(1)))"),
      "--",
      ...odd,
    );
    expect({ exitCode: end.exitCode, argv: JSON.parse(end.stdout) }).toEqual({ exitCode: 0, argv: odd });
    await dev.nothingIsLeft();
  });

  test("its environment: .env, the one it was typed in, the top-level one; nothing of a single service", async () => {
    await using dev = await workspace(
      `environment: { TOP: top, BOTH: top }\nservices:\n  db: ${healthy("db", "environment: { OWN: own }")}\n`,
      { files: { ".env": "DOT=dot\nTYPED=dot\nBOTH=dot\n" } },
    );
    const script = "console.log(JSON.stringify(process.env))";
    const { stdout } = await dev.runWith({ TYPED: "typed", npm_config_x: "1" }, "run_with", "--", ...node(script));
    const env: unknown = JSON.parse(stdout);
    expect(env).toMatchObject({ DOT: "dot", TYPED: "typed", TOP: "top", BOTH: "top", npm_config_x: "1" });
    expect(env).not.toHaveProperty("OWN");
    expect(env).not.toHaveProperty("GROUNDSWELL_SERVICE");
    await dev.nothingIsLeft();
  });

  test("reads the input it is given", async () => {
    await using dev = await workspace(`services:\n  db: ${healthy("db")}\n`);
    const end = await dev.shell(`echo typed | "$0" "$@"`, {}, "run_with", "--", "cat");
    expect(end).toMatchObject({ exitCode: 0, stdout: "typed\n" });
    await dev.nothingIsLeft();
  });

  test("only what is named, and what it needs", async () => {
    await using dev = await workspace(`${pair()}  other: ${healthy("other")}\n`);
    expect(await dev.run("run_with", "api", "--", "true")).toMatchObject({ exitCode: 0 });
    expect(dev.started().map(({ name }) => name)).toEqual(["db", "api"]);
    await dev.nothingIsLeft();
  });

  test("what ran before stays up", async () => {
    await using dev = await workspace(pair());
    expect(await dev.run("start_dev", "db")).toMatchObject({ exitCode: 0 });
    expect(await dev.run("run_with", "--", "true")).toMatchObject({ exitCode: 0 });
    const [db, api] = await dev.programs("db", "api");
    expect([db.isAlive(), api.isAlive()]).toEqual([true, false]);
    expect(await dev.statusOf("db")).toMatchObject({ phase: "ready", pid: db.pid });
    await dev.stopAll();
  });

  test("a supervisor that was killed meanwhile does not keep services from being stopped", async () => {
    await using dev = await workspace(pair());
    const run = dev.run("run_with", "--", ...programArgv("cmd"));
    const cmd = await dev.program("cmd");
    await dev.killSupervisor();
    await cmd.exit(5);
    expect(await run).toMatchObject({ exitCode: 5 });
    expect(dev.census()).toEqual([]);
    await dev.nothingIsLeft();
  });
});

describe("run_with whose services do not come up", () => {
  test("Ctrl-C at the very end of the start, too late to keep them from coming up: the command is not run", async () => {
    await using dev = await workspace(`services:\n  db: { command: ${program("db")} }\n`);
    using end = faultPoint(dev, "verifying");
    const run = dev.runWith(end.env, "run_with", "--", ...programArgv("cmd"));
    await end.reached();
    run.interrupt();
    await run.says(/note: stopping/);
    end[Symbol.dispose]();
    const { signal, stderr } = await run;
    expect(signal).toBe("SIGINT");
    expect(stderr).toMatch(/Not run: [^]*Stopped db/);
    expect(dev.runsOf("cmd")).toEqual([]);
    expect(dev.census()).toEqual([]);
    await dev.nothingIsLeft();
  });

  test("some: the command is not run, the reason is shown, all is stopped, exit code 2", async () => {
    await using dev = await workspace(
      `services:\n  db: ${healthy("db")}\n  bad: { command: [sh, -c, "echo why; exit 4"] }\n`,
      { env: { MAX_PARALLEL_RETRIES: "0" } },
    );
    const end = await dev.run("run_with", "--", ...programArgv("cmd"));
    expect(end).toMatchObject({ exitCode: 2, stdout: "" });
    expect(end.stderr).toMatch(/bad {2}failed: exited with code 4[^]*│ why[^]*1 of 2 ready[^]*Not run: [^]*Stopped db/);
    expect(dev.runsOf("cmd")).toEqual([]);
    expect(dev.census()).toEqual([]);
    await dev.nothingIsLeft();
  });

  test("none: exit code 1", async () => {
    await using dev = await workspace(`services:\n  bad: { command: [sh, -c, "exit 4"] }\n`, {
      env: { MAX_PARALLEL_RETRIES: "0" },
    });
    expect(await dev.run("run_with", "--", ...programArgv("cmd"))).toMatchObject({ exitCode: 1 });
    expect(dev.runsOf("cmd")).toEqual([]);
    await dev.nothingIsLeft();
  });
});

describe("run_with without a command that can be run", () => {
  test("not there: 127, and nothing is started", async () => {
    await using dev = await workspace(pair());
    const end = await dev.run("run_with", "--", "no-such-program", "x");
    expect(end).toMatchObject({ exitCode: 127, stdout: "", stderr: expect.stringContaining(`"no-such-program"`) });
    expect(dev.started()).toEqual([]);
    await dev.nothingIsLeft();
  });

  test("may not be executed: 126, and nothing is started", async () => {
    await using dev = await workspace(pair(), { files: { "e2e.sh": "#!/bin/sh\n" } });
    const end = await dev.run("run_with", "--", "./e2e.sh");
    expect(end).toMatchObject({ exitCode: 126, stderr: expect.stringContaining("cannot be executed (EACCES)") });
    expect(dev.started()).toEqual([]);
    await dev.nothingIsLeft();
  });

  test("its interpreter is missing, which only shows when it is run: 127, and all is stopped", async () => {
    await using dev = await workspace(`services:\n  db: ${healthy("db")}\n`, { files: { e2e: "#!/no/such/sh\n" } });
    await dev.shell("chmod +x e2e", {}, "run_with");
    expect(await dev.run("run_with", "--", "./e2e")).toMatchObject({ exitCode: 127 });
    expect(dev.census()).toEqual([]);
    await dev.nothingIsLeft();
  });

  test("none was typed: a mistake of usage", async () => {
    await using dev = await workspace(pair());
    for (const args of [[], ["db"], ["db", "--"]]) {
      const end = await dev.run("run_with", ...args);
      expect(end).toMatchObject({ exitCode: 64, stderr: expect.stringContaining("run_with -- npm test") });
    }
    expect(dev.started()).toEqual([]);
    await dev.nothingIsLeft();
  });
});

describe("signals to run_with", () => {
  test("while it starts: what was started is stopped, the command is not run", async () => {
    await using dev = await workspace(`services:\n  db: ${steered("db")}\n`);
    for (const signal of ["SIGINT", "SIGHUP"] as const) {
      const run = dev.run("run_with", "--", ...programArgv("cmd"));
      await dev.program("db", { run: dev.runsOf("db").length + 1 });
      run.interrupt(signal);
      expect(await run).toMatchObject({ signal });
      expect(dev.census()).toEqual([]);
    }
    expect(dev.runsOf("cmd")).toEqual([]);
    await dev.nothingIsLeft();
  });

  test.each(["SIGINT", "SIGTERM", "SIGHUP"] as const)("%s while the command runs goes to it first", async (signal) => {
    await using dev = await workspace(`services:\n  db: ${healthy("db")}\n`);
    const run = dev.run("run_with", "--", ...programArgv("cmd", "--ignore", signal));
    const cmd = await dev.program("cmd");
    // To us alone, as a CI does.
    process.kill(run.pid, signal);
    await cmd.received(signal);
    expect((await dev.program("db")).isAlive()).toBe(true);
    await cmd.exit(9);
    expect(await run).toMatchObject({ exitCode: 9 });
    expect(dev.census()).toEqual([]);
    await dev.nothingIsLeft();
  });

  test("a command that dies of it: so do we, after services were stopped", async () => {
    await using dev = await workspace(`services:\n  db: ${healthy("db")}\n`);
    const run = dev.run("run_with", "--", ...programArgv("cmd"));
    await dev.program("cmd");
    run.interrupt("SIGTERM");
    expect(await run).toMatchObject({ signal: "SIGTERM", stderr: expect.stringContaining("Stopped db") });
    expect(dev.census()).toEqual([]);
    await dev.nothingIsLeft();
  });

  test("Ctrl-C during the stop at the end kills at once", async () => {
    await using dev = await workspace(
      `services:\n  db: ${healthy("db", "stop_grace_period: 10m", { flags: ["--ignore", "SIGTERM"] })}\n`,
    );
    const run = dev.run("run_with", "--", "true");
    const db = await dev.program("db");
    await db.received("SIGTERM");
    run.interrupt();
    expect(await run).toMatchObject({ exitCode: 0, stderr: expect.stringContaining("db had to be killed") });
    expect(dev.census()).toEqual([]);
    await dev.nothingIsLeft();
  });
});

requires("tmux")("run_with in a terminal", () => {
  test("Ctrl-C reaches the command once, from the terminal; a closed one ends everything", async () => {
    await using dev = await workspace(`services:\n  db: ${healthy("db")}\n`);
    const tmux = (command: string, ...args: readonly string[]) =>
      dev.shell(`exec tmux -S "$PWD/tty" -f /dev/null ${command}`, {}, "run_with", ...args);
    await tmux(`new-session -d -x 100 -y 30 "$0" "$@"`, "--", ...programArgv("cmd", "--ignore", "SIGINT"));
    const cmd = await dev.program("cmd");
    await tmux("send-keys C-c");
    await cmd.received("SIGINT");
    // Whatever else the first one brought has come by the time the second one is seen.
    await tmux("send-keys C-c");
    await until(() => cmd.signals.length >= 2, "the second Ctrl-C was seen");
    expect(cmd.signals.map(({ signal }) => signal)).toEqual(["SIGINT", "SIGINT"]);
    const db = await dev.program("db");
    expect(db.isAlive()).toBe(true);
    await tmux("kill-server");
    await Promise.all([cmd.ended(), db.ended()]);
    await dev.nothingIsLeft();
  });
});

test("a task that it has run is run again the next time", async () => {
  await using dev = await workspace(`services:\n  migrate: { command: ${program("migrate")}, type: task }\n`);
  for (const run of [1, 2]) {
    const end = dev.run("run_with", "--", "true");
    await (await dev.program("migrate", { run })).exit(0);
    expect(await end).toMatchObject({ exitCode: 0 });
  }
  await dev.nothingIsLeft();
});
