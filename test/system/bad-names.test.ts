import { describe, expect, test } from "vitest";
import { healthy } from "../support/program.ts";
import { workspace } from "../support/workspace.ts";

const yaml = () => `services:\n  worker: ${healthy("worker")}\n  db: ${healthy("db")}\n`;
const takingNames = ["start_dev", "stop", "restart", "logs", "wait", "health_check"] as const;
const wrong = `error[SERVICE_UNKNOWN]: No service is named "wroker"\n`;

describe.each(takingNames)("%s with a name that no service bears", (command) => {
  test("while all runs, and after the supervisor was killed: did you mean; nothing is done to the other one", async () => {
    await using dev = await workspace(yaml());
    await dev.run("start_dev");
    const before = dev.census();
    const end = { exitCode: 64, stdout: "", stderr: `${wrong}hint: Did you mean "worker"?\n` };
    expect(await dev.run(command, "db", "wroker")).toMatchObject(end);
    expect(dev.census()).toEqual(before);
    await dev.killSupervisor();
    expect(await dev.run(command, "db", "wroker")).toMatchObject(end);
    expect(dev.census()).toEqual(before);
    await dev.stopAll();
  });

  test("before anything was started: said, and nothing is started or left", async () => {
    await using dev = await workspace(yaml());
    const end = await dev.run(command, "wroker");
    expect(end).toMatchObject({ exitCode: 64, stdout: "" });
    expect(end.stderr).toContain(wrong);
    // Who reads services.yaml anyway knows better than that nothing was started.
    const hint = ["start_dev", "restart", "wait"].includes(command) ? `Did you mean "worker"?` : "none was started yet";
    expect(end.stderr).toContain(hint);
    await dev.nothingIsLeft();
    expect(dev.started()).toEqual([]);
  });

  test("several at once: each is said", async () => {
    await using dev = await workspace(yaml());
    await dev.run("start_dev");
    const end = await dev.run(command, "wroker", "bd", "db", "--json".slice(command === "logs" ? 6 : 0) || "db");
    const text = end.stdout + end.stderr;
    expect(end.exitCode).toBe(64);
    for (const name of ["wroker", "bd"]) expect(text).toContain(name);
    await dev.stopAll();
  });
});
