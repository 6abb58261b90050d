import { describe, expect, test } from "vitest";
import { freePort } from "../support/free-port.ts";
import { look } from "../support/processes.ts";
import { healthy, program, programInShell } from "../support/program.ts";
import { requires } from "../support/requires.ts";
import type { GrandchildOptions } from "../support/steered-program.ts";
import { until } from "../support/until.ts";
import { workspace } from "../support/workspace.ts";

// The shapes of process trees that others leave behind. Survivors are counted by the rig's own census.

describe("grandchildren", () => {
  const shapes: readonly (readonly [string, GrandchildOptions])[] = [
    ["a plain one", {}],
    ["one that ignores SIGTERM", { ignoreTerm: true }],
    ["one in its own session", { setsid: true }],
    ["one in its own session that ignores SIGTERM", { setsid: true, ignoreTerm: true }],
    ["one in its own session without the marker", { setsid: true, wipeEnvironment: true }],
    ["an orphan by a double fork", { orphan: true }],
    ["an orphan in its own session", { orphan: true, setsid: true }],
    ["an orphan without the marker, in the service's session", { orphan: true, wipeEnvironment: true }],
  ];

  test.each(shapes)("%s is stopped with its service", async (_shape, options) => {
    await using dev = await workspace(`services:\n  web: ${healthy("web", "stop_grace_period: 500ms")}\n`);
    expect(await dev.run("start_dev")).toMatchObject({ exitCode: 0 });
    const grandchild = await (await dev.program("web")).spawnGrandchild(options);
    expect(grandchild.isAlive()).toBe(true);
    await dev.stopAll();
    expect(grandchild.isAlive()).toBe(false);
  });

  test("all shapes at once, three generations deep", async () => {
    await using dev = await workspace(`services:\n  web: ${healthy("web", "stop_grace_period: 500ms")}\n`);
    expect(await dev.run("start_dev")).toMatchObject({ exitCode: 0 });
    const web = await dev.program("web");
    for (const [, options] of shapes) await (await web.spawnGrandchild(options)).spawnGrandchild({ setsid: true });
    expect(dev.census()).toHaveLength(1 + 2 * shapes.length);
    await dev.stopAll();
    expect(dev.census()).toEqual([]);
  });

  test("a leader that ends by itself while a deaf grandchild lives: the rest is ended too", async () => {
    await using dev = await workspace(
      `services:\n  web: ${healthy("web", "stop_grace_period: 500ms")}\n  db: ${healthy("db")}\n`,
    );
    expect(await dev.run("start_dev")).toMatchObject({ exitCode: 0 });
    const web = await dev.program("web");
    const grandchild = await web.spawnGrandchild({ ignoreTerm: true });
    await web.exit(1);
    await grandchild.ended();
    expect(await dev.statusOf("web")).toMatchObject({ phase: "failed", exitCode: 1 });
    await dev.stopAll();
  });

  test("a leader that ends on SIGTERM while a child in its group ignores it", async () => {
    await using dev = await workspace(`services:\n  web: ${healthy("web", "stop_grace_period: 1s")}\n`);
    expect(await dev.run("start_dev")).toMatchObject({ exitCode: 0 });
    const web = await dev.program("web");
    const child = await web.spawnGrandchild({ ignoreTerm: true });
    const stop = dev.run("stop");
    await child.received("SIGTERM");
    await web.ended();
    expect(await stop).toMatchObject({ exitCode: 0 });
    expect(child.isAlive()).toBe(false);
  });
});

describe("shells", () => {
  const script = (text: string) => `{ command: ${JSON.stringify(text)}, stop_grace_period: 500ms }`;

  test("one simple command: the program itself is the service, no shell stands between", async () => {
    await using dev = await workspace(`services:\n  web: { command: ${program("web")} }\n`);
    expect(await dev.run("start_dev")).toMatchObject({ exitCode: 0 });
    const web = await dev.program("web");
    expect(web.ppid).toBe((await dev.supervisor()).pid);
    expect((await dev.statusOf("web")).pid).toBe(web.pid);
    await dev.stopAll();
  });

  test("a shell with a child in the background", async () => {
    await using dev = await workspace(
      `services:\n  web: ${script(`${programInShell("back")} & ${programInShell("front")}`)}\n`,
    );
    expect(await dev.run("start_dev")).toMatchObject({ exitCode: 0 });
    await dev.programs("back", "front");
    await dev.stopAll();
  });

  test("a shell that waits for its children", async () => {
    await using dev = await workspace(
      `services:\n  web: ${script(`${programInShell("one")} & ${programInShell("two", "--ignore", "SIGTERM")} & wait`)}\n`,
    );
    expect(await dev.run("start_dev")).toMatchObject({ exitCode: 0 });
    await dev.programs("one", "two");
    await dev.stopAll();
  });

  test("job control: a child in a group of its own", async () => {
    await using dev = await workspace(
      `services:\n  web: { command: [bash, -c, ${JSON.stringify(`set -m; ${programInShell("job", "--ignore", "SIGTERM")} & ${programInShell("front")}`)}], stop_grace_period: 500ms }\n`,
    );
    expect(await dev.run("start_dev")).toMatchObject({ exitCode: 0 });
    const [job, front] = await dev.programs("job", "front");
    expect(job.group).not.toBe(look(front.ppid)?.group);
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

  test("one that spawns children for ever", async () => {
    await using dev = await workspace(
      `services:\n  web: ${script(`trap '' TERM; while :; do sleep 60 & echo $! >>spawned; sleep 0.02; done`)}\n`,
    );
    expect(await dev.run("start_dev")).toMatchObject({ exitCode: 0 });
    await until(() => dev.has("spawned") && dev.read("spawned").split("\n").length > 10, "ten children run");
    await dev.stopAll();
    const spawned = dev.read("spawned").trim().split("\n").map(Number);
    // The PIDs may have been given to others since: of ours, none works in this folder any more.
    expect(dev.strays().filter(({ pid }) => spawned.includes(pid))).toEqual([]);
  });
});

requires("perl")("zombies", () => {
  test("a group of nothing but zombies does not hold up a stop", async () => {
    // The child ends and is never waited for: it stays a zombie of the service's group until the service is gone.
    const hold = `fork or exit; open my $ready, ">", "ready"; sleep 60;\n`;
    await using dev = await workspace(
      `services:\n  web: { command: [perl, hold.pl], healthcheck: { file: ready } }\n`,
      { files: { "hold.pl": hold } },
    );
    expect(await dev.run("start_dev")).toMatchObject({ exitCode: 0 });
    await dev.stopAll();
  });
});

requires("redis-server")("redis, which overwrites its environment", () => {
  const redis = (port: number) => `{ command: "redis-server --port ${port} --save ''", ports: [${port}] }`;

  test("starts, is known by its pid, stops", async () => {
    const port = freePort();
    await using dev = await workspace(
      `services:\n  redis: ${redis(port)}\n  api: ${healthy("api", "depends_on: [redis]")}\n`,
    );
    expect(await dev.run("start_dev")).toMatchObject({ exitCode: 0 });
    const { pid } = await dev.statusOf("redis");
    expect(dev.strays().find(({ command }) => command.includes("redis-server"))?.pid).toBe(pid);
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
