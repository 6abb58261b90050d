import { spawn } from "node:child_process";
import { readdirSync } from "node:fs";
import { describe, expect, onTestFinished, test } from "vitest";
import { type Census, isAlive, killForSure, look } from "../support/processes.ts";
import { healthy } from "../support/program.ts";
import { until } from "../support/until.ts";
import { type Workspace, workspace } from "../support/workspace.ts";

const one = () => `services:\n  web: ${healthy("web")}\n`;

/** A process of somebody else: it works elsewhere, has another environment, and no test may end it but this one. */
async function stranger(): Promise<Census> {
  const child = spawn("sleep", ["600"], { cwd: "/", env: {}, detached: true, stdio: "ignore" });
  const row = await until(() => look(child.pid ?? 0), "the stranger runs");
  onTestFinished(() => killForSure(row));
  return row;
}

/** Starts one service, then kills supervisor and service behind the product's back: the records stay. */
async function recordsOfTheDead(dev: Workspace): Promise<void> {
  expect(await dev.run("start_dev")).toMatchObject({ exitCode: 0 });
  await dev.killSupervisor();
  const web = dev.runsOf("web").at(-1) ?? (await dev.program("web"));
  killForSure(web);
  await web.ended();
}

function editRecord(dev: Workspace, pid: number, edits: Readonly<Record<string, string>>): void {
  const lines = dev.read("pids/web.pid").split("\n");
  lines[0] = String(pid);
  const edited = lines.map((line) => {
    const key = line.slice(0, line.indexOf("="));
    return edits[key] === undefined ? line : `${key}=${edits[key]}`;
  });
  dev.write("pids/web.pid", edited.join("\n"));
}

describe("a record that names a process of somebody else", () => {
  const forgeries: readonly (readonly [string, (real: Census) => Readonly<Record<string, string>>])[] = [
    ["the PID was given to another (start time of the dead)", () => ({})],
    ["a start time off by one tick", ({ startTime }) => ({ start_time: String(Number(startTime) + 1) })],
    [
      "the boot before this one",
      ({ startTime }) => ({ start_time: startTime, boot_id: "00000000-0000-4000-8000-000000000000" }),
    ],
    ["another PID namespace", ({ startTime }) => ({ start_time: startTime, pid_ns: "pid:[1]" })],
  ];

  test.each(forgeries)("%s: stop, status and start_dev leave it alone", async (_what, forge) => {
    await using dev = await workspace(one());
    await recordsOfTheDead(dev);
    const other = await stranger();
    editRecord(dev, other.pid, { pgid: String(other.pid), ...forge(other) });
    expect((await dev.statusOf("web")).pid).not.toBe(other.pid);
    expect((await dev.run("stop")).exitCode).toBe(0);
    expect(isAlive(other)).toBe(true);

    await recordsOfTheDead(dev);
    editRecord(dev, other.pid, { pgid: String(other.pid), ...forge(other) });
    expect(await dev.run("start_dev")).toMatchObject({ exitCode: 0 });
    expect(isAlive(other)).toBe(true);
    expect((await dev.statusOf("web")).pid).toBe(dev.runsOf("web").at(-1)?.pid);
    await dev.stopAll();
    expect(isAlive(other)).toBe(true);
  });
});

describe("pid files", () => {
  test("line 1 is the pid, then key=value; gone after stop", async () => {
    await using dev = await workspace(one());
    expect(await dev.run("start_dev")).toMatchObject({ exitCode: 0 });
    const web = await dev.program("web");
    const [first, ...rest] = dev.read("pids/web.pid").trimEnd().split("\n");
    expect(first).toBe(String(web.pid));
    const keys = Object.fromEntries(rest.map((line) => line.split("=", 2)));
    expect(keys).toMatchObject({
      start_time: web.startTime,
      pgid: String(web.group),
      run_id: expect.stringMatching(/.+/),
    });
    await dev.stopAll();
    expect(dev.has("pids/web.pid")).toBe(false);
  });

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

describe("state.json", () => {
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

  test("holds no value of the environment", async () => {
    const secret = "hunter2-very-secret";
    await using dev = await workspace(`services:\n  web: ${healthy("web", `environment: { TOKEN: ${secret} }`)}\n`, {
      files: { ".env": `OTHER=${secret}-too\n` },
    });
    expect(await dev.run("start_dev")).toMatchObject({ exitCode: 0 });
    expect((await dev.program("web")).env).toMatchObject({ TOKEN: secret, OTHER: `${secret}-too` });
    const written = [...readdirSync(dev.path(".groundswell")).map((file) => `.groundswell/${file}`), "pids/web.pid"];
    for (const file of written.filter((path) => !path.endsWith("/ctl")))
      expect(dev.read(file), file).not.toContain("hunter2");
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
