import { readdirSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { healthy } from "../support/program.ts";
import { workspace } from "../support/workspace.ts";

const one = () => `services:\n  web: ${healthy("web")}\n`;

describe("a damaged PID file", () => {
  const damages: readonly (readonly [string, string])[] = [
    ["empty", ""],
    ["half a record", "12"],
    ["the bare number of another tool", `${process.pid}\n`],
    ["no number", "not a pid\nstart_time=1\n"],
    ["bytes", "\u0000\u0001\uFFFD".repeat(50)],
    ["a negative pid", "-1\nformat=1\nstart_time=1\npgid=-1\n"],
    ["pid 1", "1\nformat=1\nstart_time=0\npgid=1\n"],
  ];

  test.each(damages)("%s: moved aside and reported, the start goes on", async (_what, text) => {
    await using dev = await workspace(one(), { files: { "pids/web.pid": text } });
    const end = await dev.run("start_dev");
    expect(end.exitCode).toBe(0);
    expect(end.stdout + end.stderr).toMatch(/web\.pid/);
    expect(readdirSync(dev.path("pids")).some((file) => file.startsWith("web.pid.damaged"))).toBe(true);
    await dev.stopAll();
  });

  test.each(damages)("%s, while the service runs and nobody watches: stop still ends it", async (_what, text) => {
    await using dev = await workspace(one());
    expect(await dev.run("start_dev")).toMatchObject({ exitCode: 0 });
    await dev.killSupervisor();
    dev.write("pids/web.pid", text);
    await dev.stopAll();
  });
});

describe("a damaged state.json", () => {
  const damages: readonly (readonly [string, (text: string) => string])[] = [
    ["empty", () => ""],
    ["half of it", (text) => text.slice(0, text.length / 2)],
    ["no JSON", () => "oh dear"],
    ["another document", () => `{"format":1,"services":"none"}`],
  ];

  test.each(damages)("%s: stop ends everything", async (_what, damage) => {
    await using dev = await workspace(one());
    expect(await dev.run("start_dev")).toMatchObject({ exitCode: 0 });
    await dev.killSupervisor();
    dev.write(".groundswell/state.json", damage(dev.read(".groundswell/state.json")));
    expect([0, 1, 3]).toContain((await dev.run("status")).exitCode);
    await dev.stopAll();
  });

  test.each(damages)("%s: start_dev adopts by the pid files", async (_what, damage) => {
    await using dev = await workspace(one());
    expect(await dev.run("start_dev")).toMatchObject({ exitCode: 0 });
    await dev.killSupervisor();
    dev.write(".groundswell/state.json", damage(dev.read(".groundswell/state.json")));
    expect(await dev.run("start_dev")).toMatchObject({ exitCode: 0 });
    expect((await dev.statusOf("web")).phase).toBe("ready");
    expect(dev.runsOf("web").filter((run) => run.isAlive())).toHaveLength(1);
    await dev.stopAll();
  });
});

test("all records gone, the service still runs: the next start finds it by its marker", async () => {
  await using dev = await workspace(`services:\n  web: { command: [sleep, "300"] }\n`);
  expect(await dev.run("start_dev")).toMatchObject({ exitCode: 0 });
  await dev.killSupervisor();
  dev.forget();
  const orphan = dev.strays().find(({ command }) => command === "sleep 300");
  expect(await dev.run("start_dev")).toMatchObject({ exitCode: 0 });
  const sleeping = dev.strays().filter(({ command }) => command === "sleep 300");
  expect(sleeping).toHaveLength(1);
  expect((await dev.statusOf("web")).pid).toBe(sleeping[0]?.pid);
  expect(orphan).toBeDefined();
  await dev.stopAll();
});
