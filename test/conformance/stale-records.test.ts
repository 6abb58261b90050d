import { spawn } from "node:child_process";
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

type Forge = (real: Census) => Readonly<Record<string, string>>;

/** A record that names a process of somebody else is proof of nothing: stop, status and start_dev leave that process alone. */
async function harmsNobody(forge: Forge): Promise<void> {
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
}

describe("stale PID (forged boot_id)", () => {
  const bootId = "00000000-0000-4000-8000-000000000000";

  test("harms nobody", async () => {
    await harmsNobody(({ startTime }) => ({ start_time: startTime, boot_id: bootId }));
  });

  test("is removed without a word", async () => {
    await using dev = await workspace(one());
    await recordsOfTheDead(dev);
    editRecord(dev, 4_000_000, { boot_id: bootId });
    const start = await dev.run("start_dev");
    expect(start.exitCode).toBe(0);
    expect(start.stdout + start.stderr).not.toMatch(/damaged|4000000/);
    await dev.stopAll();
  });
});

describe("PID reuse (forged start time)", () => {
  const forgeries: readonly (readonly [string, Forge])[] = [
    ["the start time of the dead", () => ({})],
    ["off by one tick", ({ startTime }) => ({ start_time: String(Number(startTime) + 1) })],
    ["of another PID namespace", ({ startTime }) => ({ start_time: startTime, pid_ns: "pid:[1]" })],
  ];

  test.each(forgeries)("%s: harms nobody", async (_what, forge) => {
    await harmsNobody(forge);
  });
});
