import { expect, test } from "vitest";
import { runNewer } from "../support/newer-version.ts";
import { healthy } from "../support/program.ts";
import { until } from "../support/until.ts";
import { workspace } from "../support/workspace.ts";

// state.json of a format that a later version will write: nobody here knows what it means.

const commands: readonly string[] = [
  "status",
  "status --watch",
  "wait",
  "stop",
  "start_dev",
  "restart",
  "health_check",
];

test("a later version's state.json, its supervisor there or not: each command says so, and touches nothing", async () => {
  await using dev = await workspace(`services:\n  web: ${healthy("web")}\n`);
  expect(await runNewer(dev, "start_dev"), dev.story()).toMatchObject({ exitCode: 0 });
  const { pid } = await dev.supervisor();
  const living = dev.census();
  const refuses = async (line: string, supervisors: readonly number[]): Promise<void> => {
    const [command = "", ...args] = line.split(" ");
    const end = await dev.run(command, ...args);
    expect({ line, exitCode: end.exitCode, stdout: end.stdout }, dev.story()).toEqual({
      line,
      exitCode: 78,
      stdout: "",
    });
    expect(end.stderr).toContain("error[STATE_NEWER]");
    await until(
      () => dev.supervisors().length === supervisors.length,
      () => `nobody else supervises after ${line}\n${dev.story()}`,
    );
    expect(dev.supervisors().map((one) => one.pid)).toEqual(supervisors);
    expect(dev.census()).toEqual(living);
    expect(dev.read(".groundswell/state.json")).toContain(`"format":2`);
  };
  for (const line of commands) await refuses(line, [pid]);
  await dev.killSupervisor();
  for (const line of commands) await refuses(line, []);
  expect(await runNewer(dev, "start_dev")).toMatchObject({ exitCode: 0 });
  expect(dev.census()).toEqual(living);
  expect(await runNewer(dev, "stop")).toMatchObject({ exitCode: 0 });
  await dev.nothingIsLeft();
});
