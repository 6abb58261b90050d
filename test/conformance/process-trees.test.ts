import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { freePort } from "../support/free-port.ts";
import { killForSure, look } from "../support/processes.ts";
import { healthy, program, programInShell } from "../support/program.ts";
import { requires } from "../support/requires.ts";
import type { GrandchildOptions } from "../support/steered-program.ts";
import { until } from "../support/until.ts";
import { workspace } from "../support/workspace.ts";

// Shapes of process trees of which a stop leaves something behind when it only knows the PID it has started. The programs report their own
// PIDs to the test, which looks them up in /proc.

/** The number of the system call prctl. */
const prctl = process.arch === "arm64" ? 167 : 157;

const shortGrace = "stop_grace_period: 500ms";
const script = (text: string) => `{ command: ${JSON.stringify(text)}, ${shortGrace} }`;

/** Each shape of a grandchild is stopped with its service. */
function stopsWithItsService(shapes: readonly (readonly [string, GrandchildOptions])[]): void {
  test.each(shapes)("%s", async (_shape, options) => {
    await using dev = await workspace(`services:\n  web: ${healthy("web", shortGrace)}\n`);
    expect(await dev.run("start_dev")).toMatchObject({ exitCode: 0 });
    const grandchild = await (await dev.program("web")).spawnGrandchild(options);
    expect(grandchild.isAlive()).toBe(true);
    await dev.stopAll();
    expect(grandchild.isAlive()).toBe(false);
  });
}

describe("leader exits on TERM while a same-group child ignores it", () => {
  test("at a stop", async () => {
    await using dev = await workspace(`services:\n  web: ${healthy("web", "stop_grace_period: 1s")}\n`);
    expect(await dev.run("start_dev")).toMatchObject({ exitCode: 0 });
    const web = await dev.program("web");
    const child = await web.spawnGrandchild({ ignoreTerm: true });
    expect(child.group).toBe(web.pid);
    const stop = dev.run("stop");
    await child.received("SIGTERM");
    await web.ended();
    expect(await stop).toMatchObject({ exitCode: 0 });
    expect(child.isAlive()).toBe(false);
  });

  test("by itself: the rest is ended too", async () => {
    await using dev = await workspace(`services:\n  web: ${healthy("web", shortGrace)}\n  db: ${healthy("db")}\n`);
    expect(await dev.run("start_dev")).toMatchObject({ exitCode: 0 });
    const web = await dev.program("web");
    const child = await web.spawnGrandchild({ ignoreTerm: true });
    await web.exit(1);
    await child.ended();
    expect(await dev.statusOf("web")).toMatchObject({ phase: "failed", exitCode: 1 });
    await dev.stopAll();
  });
});

describe("sh with a backgrounded child", () => {
  test("the shell waits for the one in front", async () => {
    await using dev = await workspace(
      `services:\n  web: ${script(`${programInShell("back")} & ${programInShell("front")}`)}\n`,
    );
    expect(await dev.run("start_dev")).toMatchObject({ exitCode: 0 });
    await dev.programs("back", "front");
    await dev.stopAll();
  });

  test("the shell waits for all, one of which ignores TERM", async () => {
    await using dev = await workspace(
      `services:\n  web: ${script(`${programInShell("one")} & ${programInShell("two", "--ignore", "SIGTERM")} & wait`)}\n`,
    );
    expect(await dev.run("start_dev")).toMatchObject({ exitCode: 0 });
    await dev.programs("one", "two");
    await dev.stopAll();
  });

  test("a pipeline", async () => {
    await using dev = await workspace(`services:\n  web: ${script(`${programInShell("source")} | cat`)}\n`);
    expect(await dev.run("start_dev")).toMatchObject({ exitCode: 0 });
    const source = await dev.program("source");
    await source.print("through the pipe\n");
    await until(() => dev.read("logs/web.log").includes("through the pipe"), "the log has the line");
    await dev.stopAll();
  });

  test("one simple command: no shell stands between", async () => {
    await using dev = await workspace(`services:\n  web: { command: ${program("web")} }\n`);
    expect(await dev.run("start_dev")).toMatchObject({ exitCode: 0 });
    const web = await dev.program("web");
    expect(web.ppid).toBe((await dev.supervisor()).pid);
    expect((await dev.statusOf("web")).pid).toBe(web.pid);
    await dev.stopAll();
  });
});

requires("bash")("set -m child in its own group", () => {
  test("stopped, though it ignores TERM", async () => {
    const text = `set -m; ${programInShell("job", "--ignore", "SIGTERM")} & ${programInShell("front")}`;
    await using dev = await workspace(
      `services:\n  web: { command: [bash, -c, ${JSON.stringify(text)}], ${shortGrace} }\n`,
    );
    expect(await dev.run("start_dev")).toMatchObject({ exitCode: 0 });
    const [job, front] = await dev.programs("job", "front");
    expect(job.group).not.toBe(look(front.ppid)?.group);
    await dev.stopAll();
  });
});

describe("setsid grandchild", () => {
  stopsWithItsService([
    ["in its own session", { setsid: true }],
    ["in its own session, ignoring TERM", { setsid: true, ignoreTerm: true }],
    ["in its own session, without the marker", { setsid: true, wipeEnvironment: true }],
  ]);

  test("every shape at once, three generations deep", async () => {
    await using dev = await workspace(`services:\n  web: ${healthy("web", shortGrace)}\n`);
    expect(await dev.run("start_dev")).toMatchObject({ exitCode: 0 });
    const web = await dev.program("web");
    const shapes = [{}, { ignoreTerm: true }, { setsid: true }, { orphan: true }, { orphan: true, setsid: true }];
    for (const shape of shapes) await (await web.spawnGrandchild(shape)).spawnGrandchild({ setsid: true });
    expect(dev.census()).toHaveLength(1 + 2 * shapes.length);
    await dev.stopAll();
    expect(dev.census()).toEqual([]);
  });
});

describe("double fork", () => {
  stopsWithItsService([
    ["in the service's session", { orphan: true }],
    ["in its own session", { orphan: true, setsid: true }],
    ["in its own session, ignoring TERM", { orphan: true, setsid: true, ignoreTerm: true }],
    ["in the service's session, without the marker", { orphan: true, wipeEnvironment: true }],
  ]);
});

requires("redis-server")("redis overwriting its environment", () => {
  const redis = (port: number) => `{ command: "redis-server --port ${port} --save ''", ports: [${port}] }`;

  test("starts, is known by its pid, stops", async () => {
    const port = freePort();
    await using dev = await workspace(
      `services:\n  redis: ${redis(port)}\n  api: ${healthy("api", "depends_on: [redis]")}\n`,
    );
    expect(await dev.run("start_dev")).toMatchObject({ exitCode: 0 });
    const { pid } = await dev.statusOf("redis");
    expect(dev.strays().find(({ command }) => command.includes("redis-server"))?.pid).toBe(pid);
    // No marker is left to find it by.
    expect(readFileSync(`/proc/${pid}/environ`, "latin1")).not.toContain("GROUNDSWELL_SERVICE");
    await dev.stopAll();
    expect(look(pid ?? 0)).toBeNull();
  });

  test("is stopped after a kill -9 of the supervisor", async () => {
    const port = freePort();
    await using dev = await workspace(`services:\n  redis: ${redis(port)}\n`);
    expect(await dev.run("start_dev")).toMatchObject({ exitCode: 0 });
    const { pid } = await dev.statusOf("redis");
    await dev.killSupervisor();
    await dev.stopAll();
    expect(look(pid ?? 0)).toBeNull();
  });
});

describe("a service that spawns children for ever", () => {
  test.each([
    ["in its group", "sleep 60"],
    ["each in a session of its own", "setsid sleep 60"],
  ])("%s, ignoring TERM", async (_where, child) => {
    const forks = `trap '' TERM; while :; do ${child} & echo $! >>spawned; sleep 0.02; done`;
    await using dev = await workspace(`services:\n  web: ${script(forks)}\n`);
    expect(await dev.run("start_dev")).toMatchObject({ exitCode: 0 });
    await until(() => dev.has("spawned") && dev.read("spawned").split("\n").length > 10, "ten children run");
    await dev.stopAll();
    const spawned = dev.read("spawned").trim().split("\n").map(Number);
    // The PIDs may have been given to others since: of ours, none works in this folder any more.
    expect(dev.strays().filter(({ pid }) => spawned.includes(pid))).toEqual([]);
  });
});

describe("child ignores TERM", () => {
  stopsWithItsService([
    ["one", { ignoreTerm: true }],
    ["one that heeds it, beside", {}],
  ]);

  test("the service itself: killed after its grace, exit 0, a warning names it", async () => {
    await using dev = await workspace(
      `services:\n  deaf: ${healthy("deaf", "stop_grace_period: 500ms")}\n  kind: ${healthy("kind")}\n`,
    );
    expect(await dev.run("start_dev")).toMatchObject({ exitCode: 0 });
    const deaf = await dev.program("deaf");
    await deaf.ignore("SIGTERM");
    const end = await dev.run("stop");
    expect(end.exitCode).toBe(0);
    expect(end.stdout + end.stderr).toMatch(/deaf/);
    expect(end.stdout + end.stderr).toMatch(/SIGKILL|forced|killed/i);
    expect(deaf.signals.map(({ signal }) => signal)).toEqual(["SIGTERM"]);
    expect(dev.census()).toEqual([]);
  });
});

requires("perl")("zombie-only group", () => {
  test("does not hold up a stop", async () => {
    // The child ends and is never waited for: it stays a zombie of the service's group until the service is gone.
    const hold = `fork or exit; open my $ready, ">", "ready"; sleep 60;\n`;
    await using dev = await workspace(
      `services:\n  web: { command: [perl, hold.pl], healthcheck: { file: ready } }\n`,
      { files: { "hold.pl": hold } },
    );
    expect(await dev.run("start_dev")).toMatchObject({ exitCode: 0 });
    await dev.stopAll();
  });

  test("is what is left of a service: it has ended, and is started anew", async () => {
    // A keeper that adopts orphans and never waits for them: without a supervisor, what ends stays a zombie.
    const keeper = `exec perl -e 'syscall(${prctl}, 36, 1, 0, 0, 0) == 0 or die "prctl: $!"; system @ARGV; sleep 1 while 1' "$0" "$@"`;
    await using dev = await workspace(`services:\n  web: ${healthy("web")}\n`);
    const keeping = dev.shell(keeper, {}, "start_dev");
    await keeping.says(/Ready in/);
    const web = await dev.program("web");
    const child = await web.spawnGrandchild();
    await dev.killSupervisor();
    for (const one of [web, child]) killForSure(one);
    await Promise.all([web.ended(), child.ended()]);
    expect(process.kill(-web.group, 0)).toBe(true);
    expect(await dev.statusOf("web")).toMatchObject({ phase: "failed", pid: null });
    expect(await dev.run("start_dev")).toMatchObject({ exitCode: 0 });
    expect(dev.runsOf("web").map((run) => run.isAlive())).toEqual([false, true]);
    await dev.stopAll();
    keeping.interrupt("SIGKILL");
    await keeping;
  });
});
