import { describe, expect, test } from "vitest";
import { healthy, program, steered } from "../support/program.ts";
import { requires } from "../support/requires.ts";
import { until } from "../support/until.ts";
import { workspace, type Workspace } from "../support/workspace.ts";

const pair = () => `services:\n  db: ${healthy("db")}\n  api: ${healthy("api", "depends_on: [db]")}\n`;
const stubborn = () =>
  `services:\n  db: ${healthy("db", "stop_grace_period: 10m", { flags: ["--ignore", "SIGTERM"] })}\n`;

/** A start that stays, once everything is up. In an object, since it is a promise itself: of its end. */
async function foreground(dev: Workspace, ...args: readonly string[]) {
  const start = dev.run("start_dev", "--foreground", ...args);
  await start.says(/Ctrl-C (?:stops|ends) [^\n]*\.\n/);
  return { start };
}

describe("start_dev --foreground", () => {
  test("is the supervisor itself: one process, which other terminals talk to", async () => {
    await using dev = await workspace(pair());
    const { start } = await foreground(dev);
    expect(dev.supervisors()).toEqual([]);
    const { supervisor, services } = await dev.status();
    expect(supervisor).toEqual({ pid: start.pid });
    expect(services.map(({ phase }) => phase)).toEqual(["ready", "ready"]);
    start.interrupt();
    expect(await start).toMatchObject({ signal: "SIGINT" });
    await dev.nothingIsLeft();
  });

  test("shows on stdout what services write from now on, with the name in front, and through a restart; all else on stderr", async () => {
    await using dev = await workspace(pair());
    const { start: first } = await foreground(dev);
    await (await dev.program("db")).print("of an earlier start\n");
    await first.says(/earlier/);
    first.interrupt();
    await first;

    const { start } = await foreground(dev);
    const db = await dev.program("db", { run: 2 });
    await db.print("\u001B[2Jhello\n");
    await start.says(/^db {2}\| hello$/m);
    expect(await dev.run("restart", "db")).toMatchObject({ exitCode: 0 });
    const again = await dev.program("db", { run: 3 });
    await again.print("back\n");
    await start.says(/^db {2}\| back$/m);
    await (await dev.program("api", { run: 2 })).print("without an end");
    start.interrupt();
    const { stdout, stderr } = await start;
    expect(stdout).toMatch(/^api \| without an end$/m);
    expect(stdout).not.toContain("earlier");
    for (const line of stdout.trimEnd().split("\n")) expect(line).toMatch(/^(?:db |api) \| /);
    expect(stderr).toMatch(/db +ready[^]*Ready in[^]*db restarts: as asked[^]*Stopped 2 services/);
    await dev.nothingIsLeft();
  });

  test("ends when every task has ended, with 0", async () => {
    await using dev = await workspace(
      `services:\n  one: { command: ${program("one")}, type: task }\n  two: { command: ${program("two")}, type: task }\n`,
    );
    const start = dev.run("start_dev", "--foreground");
    const [one, two] = await dev.programs("one", "two");
    await one.print("the last word");
    await one.exit(0);
    await two.exit(0);
    const end = await start;
    expect(end).toMatchObject({ exitCode: 0, stderr: expect.stringContaining("Everything has ended.") });
    expect(end.stdout).toBe("one | the last word\n");
    await dev.nothingIsLeft();
  });

  test("ends when the last service has ended: with 2 when some ended badly", async () => {
    await using dev = await workspace(pair());
    const { start } = await foreground(dev);
    const [db, api] = await dev.programs("db", "api");
    await db.exit(3);
    await start.says(/db +failed: exited with code 3/);
    expect(start.hasEnded()).toBe(false);
    await api.exit(0);
    expect(await start).toMatchObject({ exitCode: 2 });
    await dev.nothingIsLeft();
  });

  test("shows what failed, and stays for the rest", async () => {
    await using dev = await workspace(
      `services:\n  db: ${healthy("db")}\n  bad: { command: [sh, -c, "echo no; exit 4"] }\n`,
      { env: { MAX_PARALLEL_RETRIES: "0" } },
    );
    const { start } = await foreground(dev);
    expect(start.printed().stderr).toMatch(/bad {2}failed: exited with code 4[^]*1 of 2 ready/);
    expect(start.printed().stderr).not.toContain("Next:");
    start.interrupt();
    expect(await start).toMatchObject({ signal: "SIGINT" });
    await dev.nothingIsLeft();
  });

  test("--json: events on stdout to the very end, nothing else", async () => {
    await using dev = await workspace(`services:\n  one: { command: ${program("one")}, type: task }\n`);
    const start = dev.run("start_dev", "--foreground", "--json");
    const one = await dev.program("one");
    await one.print("a line\n");
    await one.exit(0);
    const { exitCode, stdout, stderr } = await start;
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: "" });
    const types = stdout
      .trimEnd()
      .split("\n")
      .map((line) => JSON.parse(line).type);
    expect(types).toContain("start-finished");
  });
});

describe("Ctrl-C in the foreground", () => {
  test("once: a graceful stop of everything; a second time: kills at once", async () => {
    await using dev = await workspace(stubborn());
    const { start } = await foreground(dev);
    const db = await dev.program("db");
    start.interrupt();
    await db.received("SIGTERM");
    expect(db.isAlive()).toBe(true);
    start.interrupt();
    expect(await start).toMatchObject({ signal: "SIGINT", stderr: expect.stringContaining("db had to be killed") });
    expect(dev.census()).toEqual([]);
    await dev.nothingIsLeft();
  });

  test("while it starts: stops what was started, and starts nothing more", async () => {
    await using dev = await workspace(
      `services:\n  db: ${steered("db")}\n  api: ${healthy("api", "depends_on: [db]")}\n`,
    );
    const start = dev.run("start_dev", "--foreground");
    await dev.program("db");
    start.interrupt();
    expect(await start).toMatchObject({ signal: "SIGINT" });
    expect(dev.runsOf("api")).toEqual([]);
    expect(dev.census()).toEqual([]);
    await dev.nothingIsLeft();
  });

  test("three times: leaves, and the next stop finds what it left", async () => {
    await using dev = await workspace(stubborn());
    const { start } = await foreground(dev);
    const db = await dev.program("db");
    start.interrupt();
    await db.received("SIGTERM");
    // Two different signals at the same moment: neither can swallow the other, and the kill has hardly begun.
    start.interrupt("SIGTERM");
    start.interrupt("SIGINT");
    const { signal } = await start;
    expect(["SIGINT", "SIGTERM"]).toContain(signal);
    expect(await dev.run("stop", "--force")).toMatchObject({ exitCode: 0 });
    expect(dev.census()).toEqual([]);
    await dev.nothingIsLeft();
  });

  test("SIGTERM counts as Ctrl-C", async () => {
    await using dev = await workspace(pair());
    const { start } = await foreground(dev);
    start.interrupt("SIGTERM");
    expect(await start).toMatchObject({ signal: "SIGTERM" });
    expect(dev.census()).toEqual([]);
    await dev.nothingIsLeft();
  });
});

requires("npm", "bash")("under npm, whose shell is bash", () => {
  test("a Ctrl-C that npm hands on is not a second one", async () => {
    await using dev = await workspace(stubborn(), {
      files: { "package.json": JSON.stringify({ scripts: { dev: "$LAUNCH start_dev --foreground" } }) },
    });
    const script = `LAUNCH="$0 $1" exec npm run dev --script-shell=bash`;
    const start = dev.shell(script, {}, "start_dev");
    await start.says(/Ctrl-C stops it/);
    const db = await dev.program("db");
    start.interrupt();
    // Said after a second: what npm hands on has come by then.
    await start.says(/waiting for db/);
    expect(start.printed().stderr).not.toMatch(/killing what is left/);
    expect(db.isAlive()).toBe(true);
    start.interrupt();
    await start;
    expect(start.printed().stderr).toContain("db had to be killed");
    await dev.nothingIsLeft();
  });
});

describe("a terminal that goes away", () => {
  test("SIGHUP: a graceful stop, however often it comes", async () => {
    await using dev = await workspace(stubborn());
    const { start } = await foreground(dev);
    const db = await dev.program("db");
    start.interrupt("SIGHUP");
    await db.received("SIGTERM");
    start.interrupt("SIGHUP");
    // Whatever a second one would do is done by now: this is answered after it.
    expect(await dev.statusOf("db")).toMatchObject({ phase: "killing", pid: db.pid });
    expect(start.hasEnded()).toBe(false);
    await db.exit(0);
    expect(await start).toMatchObject({ signal: "SIGHUP" });
    await dev.nothingIsLeft();
  });

  test("SIGHUP while it starts: what was started is stopped", async () => {
    await using dev = await workspace(`services:\n  db: ${steered("db")}\n`);
    const start = dev.run("start_dev", "--foreground");
    await dev.program("db");
    start.interrupt("SIGHUP");
    expect(await start).toMatchObject({ signal: "SIGHUP" });
    expect(dev.census()).toEqual([]);
    await dev.nothingIsLeft();
  });

  test("nobody reads the output any more: a graceful stop, exit code 0", async () => {
    await using dev = await workspace(`services:\n  db: ${healthy("db")}\n`);
    const start = dev.shell(`{ "$0" "$@"; echo "code $?" >&2; } | head -n 1`, {}, "start_dev", "--foreground");
    const db = await dev.program("db");
    await start.says(/Ctrl-C stops it/);
    await db.print("one\n");
    await start.says(/db \| one/);
    // Only who writes learns that nobody reads.
    await until(async () => {
      if (db.isAlive()) await db.print("more\n").catch(() => {});
      return !db.isAlive();
    }, "the service was stopped");
    const end = await start;
    expect(end.stdout).toBe("db | one\n");
    expect(end.stderr).toMatch(/nobody reads the output any more[^]*Stopped db[^]*code 0/);
    await dev.nothingIsLeft();
  });
});

requires("tmux")("a terminal that is closed", () => {
  const inTerminal = async (dev: Workspace, ...args: readonly string[]) => {
    const tmux = (command: string) =>
      dev.shell(`exec tmux -S "$PWD/tty" -f /dev/null ${command}`, {}, "start_dev", ...args);
    await tmux(`new-session -d -x 100 -y 30 "$0" "$@"`);
    return { close: () => tmux("kill-server"), screen: async () => (await tmux("capture-pane -p")).stdout };
  };

  test("in the foreground: everything is stopped", async () => {
    await using dev = await workspace(pair());
    const tty = await inTerminal(dev, "--foreground");
    await until(async () => (await tty.screen()).includes("Ctrl-C stops it"), "it is up");
    const [db, api] = await dev.programs("db", "api");
    await tty.close();
    await Promise.all([db.ended(), api.ended()]);
    await dev.nothingIsLeft();
    expect((await dev.status()).services.map(({ phase }) => phase)).toEqual(["killed", "killed"]);
  });

  test("during a start that does not stay: the start goes on", async () => {
    await using dev = await workspace(
      `services:\n  db: ${steered("db")}\n  api: ${healthy("api", "depends_on: [db]")}\n`,
    );
    const tty = await inTerminal(dev);
    const db = await dev.program("db");
    await tty.close();
    await db.becomeHealthy();
    await until(async () => (await dev.statusOf("api")).phase === "ready", "api is ready");
    await dev.stopAll();
  });
});

requires("script")("a terminal that is held", () => {
  test("holds neither the services nor the supervisor", async () => {
    await using dev = await workspace(`services:\n  db: ${healthy("db")}\n`);
    // What nobody reads fills the pipe, then the terminal; tty makes the end of it wait for the test.
    const start = dev.shell(
      `script -qec "'$0' '$1' start_dev --foreground" /dev/null | { read -r first; sleep 600; }`,
      {},
      "start_dev",
    );
    const db = await dev.program("db");
    await until(async () => (await dev.statusOf("db")).phase === "ready", "db is ready");
    const { supervisor } = await dev.status();
    await db.writeLines(50_000);
    const row = await dev.statusOf("db");
    expect(row).toMatchObject({ phase: "ready", pid: db.pid });
    expect((await dev.status()).supervisor).toEqual(supervisor);
    start.interrupt("SIGKILL");
    await start;
    await dev.stopAll();
  });
});

describe("--exit-code-from", () => {
  test("ends with this service and its exit code, and stops the rest", async () => {
    await using dev = await workspace(
      `services:\n  db: ${healthy("db")}\n  tests: { command: ${program("tests")}, type: task, depends_on: [db] }\n`,
    );
    const start = dev.run("start_dev", "--exit-code-from", "tests");
    const tests = await dev.program("tests");
    const db = await dev.program("db");
    await tests.print("1 of 9 failed\n");
    await tests.exit(7);
    const end = await start;
    expect(end).toMatchObject({ exitCode: 7, stdout: expect.stringContaining("tests | 1 of 9 failed") });
    expect(end.stderr).toMatch(/tests has ended with 7: stopping the rest[^]*Stopped db/);
    expect(db.isAlive()).toBe(false);
    await dev.nothingIsLeft();
  });

  test("does not wait for what is still starting", async () => {
    await using dev = await workspace(
      `services:\n  slow: ${steered("slow")}\n  tests: { command: ${program("tests")}, type: task }\n`,
    );
    const start = dev.run("start_dev", "--exit-code-from", "tests");
    const [slow, tests] = await dev.programs("slow", "tests");
    await tests.exit(0);
    expect(await start).toMatchObject({ exitCode: 0 });
    expect(slow.isAlive()).toBe(false);
    await dev.nothingIsLeft();
  });

  test("a service that dies by a signal: 128 + its number", async () => {
    await using dev = await workspace(pair());
    const start = dev.run("start_dev", "--exit-code-from", "api");
    await start.says(/Ctrl-C stops it/);
    await (await dev.program("api")).die("SIGKILL");
    expect(await start).toMatchObject({ exitCode: 137 });
    await dev.nothingIsLeft();
  });

  test("a service that restarts from another terminal has not ended", async () => {
    await using dev = await workspace(pair());
    const start = dev.run("start_dev", "--exit-code-from", "api");
    await start.says(/Ctrl-C stops it/);
    expect(await dev.run("restart", "api")).toMatchObject({ exitCode: 0 });
    expect(start.hasEnded()).toBe(false);
    await (await dev.program("api", { run: 2 })).exit(5);
    expect(await start).toMatchObject({ exitCode: 5 });
    await dev.nothingIsLeft();
  });

  test("a name no service bears is a mistake before anything starts", async () => {
    await using dev = await workspace(pair());
    const end = await dev.run("start_dev", "--exit-code-from", "apu");
    expect(end).toMatchObject({ exitCode: 64, stdout: "", stderr: expect.stringMatching(/SERVICE_UNKNOWN[^]*"api"/) });
    expect(dev.started()).toEqual([]);
    await dev.nothingIsLeft();
  });
});

describe("other terminals", () => {
  test("a stop ends it, and it says so", async () => {
    await using dev = await workspace(pair());
    const { start } = await foreground(dev);
    expect(await dev.run("stop")).toMatchObject({ exitCode: 0 });
    expect(await start).toMatchObject({
      exitCode: 0,
      stderr: expect.stringContaining("Stopped from another terminal."),
    });
    expect(dev.census()).toEqual([]);
    await dev.nothingIsLeft();
  });

  test("a start of more: it is shown too, and stopped with the rest", async () => {
    await using dev = await workspace(
      `services:\n  db: ${healthy("db")}\n  extra: ${healthy("extra", "profiles: [more]")}\n`,
    );
    const { start } = await foreground(dev);
    expect(await dev.run("start_dev", "extra")).toMatchObject({ exitCode: 0 });
    const extra = await dev.program("extra");
    await extra.print("me too\n");
    await start.says(/extra \| me too/);
    start.interrupt();
    expect(await start).toMatchObject({ signal: "SIGINT" });
    expect(extra.isAlive()).toBe(false);
    await dev.nothingIsLeft();
  });

  test("where a supervisor lives it is a client: it says so, and Ctrl-C stops only what it started", async () => {
    await using dev = await workspace(pair());
    expect(await dev.run("start_dev", "db")).toMatchObject({ exitCode: 0 });
    const { start } = await foreground(dev);
    expect(start.printed().stderr).toContain("Ctrl-C stops only what is started from here");
    expect(start.printed().stderr).toContain("Ctrl-C stops what was started from here: api.\n");
    expect(start.printed().stderr).not.toContain("Ctrl-C stops it");
    expect((await dev.status()).supervisor).not.toEqual({ pid: start.pid });
    const [db, api] = await dev.programs("db", "api");
    await db.print("still here\n");
    await start.says(/db {2}\| still here/);
    start.interrupt();
    expect(await start).toMatchObject({ signal: "SIGINT" });
    expect([db.isAlive(), api.isAlive()]).toEqual([true, false]);
    await dev.stopAll();
  });

  test("as a client that started nothing: it says so, and stops nothing", async () => {
    await using dev = await workspace(pair());
    expect(await dev.run("start_dev")).toMatchObject({ exitCode: 0 });
    const { start } = await foreground(dev);
    expect(start.printed().stderr).toContain("Ctrl-C ends only this view: nothing was started from here.\n");
    start.interrupt();
    const end = await start;
    expect(end).toMatchObject({ signal: "SIGINT" });
    expect(end.stderr).toContain("note: nothing was started from here: nothing is stopped\n");
    expect(end.stderr).not.toMatch(/stopping|Ctrl-C stops it/);
    const [db, api] = await dev.programs("db", "api");
    expect([db.isAlive(), api.isAlive()]).toEqual([true, true]);
    await dev.stopAll();
  });

  test("as a client it ends when what it was asked for has ended", async () => {
    await using dev = await workspace(
      `services:\n  db: ${healthy("db")}\n  migrate: { command: ${program("migrate")}, type: task }\n`,
    );
    expect(await dev.run("start_dev", "db")).toMatchObject({ exitCode: 0 });
    const start = dev.run("start_dev", "--foreground", "migrate");
    await (await dev.program("migrate")).exit(0);
    expect(await start).toMatchObject({ exitCode: 0, stderr: expect.stringContaining("Everything has ended.") });
    expect(await dev.statusOf("db")).toMatchObject({ phase: "ready" });
    await dev.stopAll();
  });

  test("as a client whose supervisor does not answer: the third Ctrl-C leaves everything as it is", async () => {
    await using dev = await workspace(pair());
    expect(await dev.run("start_dev", "db")).toMatchObject({ exitCode: 0 });
    const { start } = await foreground(dev);
    const { pid } = await dev.supervisor();
    process.kill(pid, "SIGSTOP");
    for (const times of [1, 2, 3]) {
      start.interrupt();
      if (times < 3) await start.says(new RegExp(`(?:note: (?:stopping|killing)[^]*){${times}}`));
    }
    expect(await start).toMatchObject({ signal: "SIGINT" });
    process.kill(pid, "SIGCONT");
    await dev.stopAll();
  });
});

test("--watch-config beside it: what is saved is applied, and shown", async () => {
  const services = (greeting: string) =>
    `services:\n  db: ${db}\n  api: { command: ${program("api")}, environment: { GREETING: ${greeting} } }\n`;
  const db = healthy("db");
  await using dev = await workspace(services("hello"));
  const { start } = await foreground(dev, "--watch-config");
  dev.write("services.yaml", services("goodbye"));
  const api = await dev.program("api", { run: 2 });
  expect(api.env["GREETING"]).toBe("goodbye");
  await start.says(/environment\.GREETING: changed/);
  await until(async () => (await dev.statusOf("api")).phase === "ready", "api is ready");
  expect(start.hasEnded()).toBe(false);
  start.interrupt();
  expect(await start).toMatchObject({ signal: "SIGINT" });
  expect(dev.runsOf("db")).toHaveLength(1);
  expect(dev.census()).toEqual([]);
  await dev.nothingIsLeft();
});

test("--watch-config: an end while a reload is underway stops what it has begun too", async () => {
  const [db, extra] = [healthy("db"), steered("extra")];
  const tests = `{ command: ${program("tests")}, type: task, depends_on: [db] }`;
  await using dev = await workspace(`services:\n  db: ${db}\n  tests: ${tests}\n`);
  const start = dev.run("start_dev", "--watch-config", "--exit-code-from", "db");
  await (await dev.program("tests")).exit(0);
  await start.says(/Ctrl-C stops it/);
  dev.write("services.yaml", `services:\n  db: ${db}\n  tests: ${tests}\n  extra: ${extra}\n`);
  await dev.program("extra");
  await (await dev.program("db")).exit(7);
  expect(await start).toMatchObject({ exitCode: 7 });
  expect(dev.census()).toEqual([]);
  await dev.nothingIsLeft();
});

test("a service that its policy restarts has not ended: neither by itself nor for --exit-code-from", async () => {
  await using dev = await workspace(
    `services:\n  api: { command: ${program("api")}, restart: "on-failure:1" }\n  db: ${healthy("db")}\n`,
  );
  const start = dev.run("start_dev", "--exit-code-from", "api");
  await start.says(/Ctrl-C stops it/);
  await (await dev.program("api")).exit(3);
  const again = await dev.program("api", { run: 2 });
  await until(async () => (await dev.statusOf("api")).phase === "ready", "api is ready again");
  expect(start.hasEnded()).toBe(false);
  await again.exit(4);
  expect(await start).toMatchObject({ exitCode: 4 });
  await dev.nothingIsLeft();
});

describe("kill -9 of the foreground", () => {
  test("services live on, and the next start takes them over", async () => {
    await using dev = await workspace(pair());
    const { start } = await foreground(dev);
    const [db, api] = await dev.programs("db", "api");
    start.interrupt("SIGKILL");
    expect(await start).toMatchObject({ signal: "SIGKILL" });
    expect([db.isAlive(), api.isAlive()]).toEqual([true, true]);
    const { start: again } = await foreground(dev);
    expect(again.printed().stderr).toMatch(/db was running without a supervisor: taken over/);
    expect(dev.runsOf("db")).toHaveLength(1);
    await api.print("once more\n");
    await again.says(/api \| once more/);
    again.interrupt();
    expect(await again).toMatchObject({ signal: "SIGINT" });
    expect(dev.census()).toEqual([]);
    await dev.nothingIsLeft();
  });

  test("a stop finds everything", async () => {
    await using dev = await workspace(
      `services:\n  db: ${healthy("db")}\n  api: ${steered("api", "depends_on: [db]")}\n`,
    );
    const start = dev.run("start_dev", "--foreground");
    await dev.programs("db", "api");
    start.interrupt("SIGKILL");
    await start;
    await dev.stopAll();
  });
});
