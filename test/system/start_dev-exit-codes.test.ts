import { unlinkSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { healthy, steered } from "../support/program.ts";
import { startEvents } from "../support/start-events.ts";
import { until } from "../support/until.ts";
import { workspace } from "../support/workspace.ts";

const noRetries = { env: { MAX_PARALLEL_RETRIES: "0" } };
const fails = (keys = "") => `{ command: [sh, -c, "exit 7"]${keys} }`;

describe("exit codes of start_dev", () => {
  test("2: a failed service keeps back only what needs it, the rest goes on", async () => {
    await using dev = await workspace(
      `services:
  bad: ${fails()}
  needs-bad: ${healthy("needs-bad", "depends_on: [bad]")}
  needs-needs-bad: ${healthy("needs-needs-bad", "depends_on: [needs-bad]")}
  good: ${healthy("good")}
  needs-good: ${healthy("needs-good", "depends_on: [good]")}
`,
      noRetries,
    );
    const end = await dev.run("start_dev");
    expect(end.exitCode).toBe(2);
    const { services, summary } = await dev.status();
    expect(Object.fromEntries(services.map(({ name, phase }) => [name, phase]))).toEqual({
      bad: "failed",
      "needs-bad": "skipped",
      "needs-needs-bad": "skipped",
      good: "ready",
      "needs-good": "ready",
    });
    expect(summary).toMatchObject({ total: 5, ready: 2 });
    expect(services.find(({ name }) => name === "bad")).toMatchObject({
      exitCode: 7,
      reason: expect.stringContaining("7"),
    });
    expect(services.find(({ name }) => name === "needs-bad")?.reason).toContain("bad");
    expect([...dev.runsOf("needs-bad"), ...dev.runsOf("needs-needs-bad")]).toEqual([]);
    await dev.stopAll();
  });

  test("1: none of what was asked for became ready", async () => {
    await using dev = await workspace(
      `services:\n  bad: ${fails()}\n  worse: ${fails(", depends_on: [bad]")}\n`,
      noRetries,
    );
    expect(await dev.run("start_dev")).toMatchObject({ exitCode: 1 });
    await dev.stopAll();
  });

  test("1: only what was asked for counts", async () => {
    await using dev = await workspace(`services:\n  bad: ${fails()}\n  good: ${healthy("good")}\n`, noRetries);
    expect(await dev.run("start_dev", "good")).toMatchObject({ exitCode: 0 });
    expect(await dev.run("start_dev", "bad")).toMatchObject({ exitCode: 1 });
    await dev.stopAll();
  });

  test("--fail-fast: after the first failure nothing more is started", async () => {
    await using dev = await workspace(
      `services:\n  bad: ${fails()}\n  slow: ${steered("slow")}\n  later: ${healthy("later", "depends_on: [slow]")}\n`,
      noRetries,
    );
    // slow never becomes healthy: only the failure can end this start.
    const start = dev.run("start_dev", "--fail-fast");
    await until(() => start.hasEnded(), "the start has ended");
    expect((await start).exitCode).toBeGreaterThan(0);
    expect(dev.runsOf("later")).toEqual([]);
    await dev.stopAll();
  });

  test("64: an option nobody knows", async () => {
    await using dev = await workspace(`services:\n  web: ${healthy("web")}\n`);
    const end = await dev.run("start_dev", "--strateggy", "eager");
    expect(end.exitCode).toBe(64);
    expect(end.stderr).toContain("--strategy");
    await dev.nothingIsLeft();
  });

  test("64: a strategy nobody knows", async () => {
    await using dev = await workspace(`services:\n  web: ${healthy("web")}\n`);
    const end = await dev.run("start_dev", "--strategy", "lazy");
    expect(end.exitCode).toBe(64);
    expect(end.stderr).toMatch(/waves[^]*eager/);
    await dev.nothingIsLeft();
  });

  test("78: no services.yaml anywhere above", async () => {
    await using dev = await workspace("");
    unlinkSync(dev.path("services.yaml"));
    const end = await dev.run("start_dev");
    expect(end.exitCode).toBe(78);
    expect(end.stderr).toContain("CONFIG_NOT_FOUND");
    await dev.nothingIsLeft();
  });
});

describe("start_dev --json", () => {
  test("a line an event, the last one is the end", async () => {
    await using dev = await workspace(
      `services:\n  api: ${healthy("api", "depends_on: [db]")}\n  db: ${healthy("db")}\n`,
    );
    const end = await dev.run("start_dev", "--json");
    expect(end.exitCode).toBe(0);
    const events = startEvents(end);
    expect(events[0]).toMatchObject({ type: "start-planned", waves: [["db"], ["api"]] });
    expect(events.at(-1)).toMatchObject({ type: "start-finished", exitCode: 0, durationMs: expect.any(Number) });
    const changes = events.filter(({ type }) => type === "service-changed").map(({ service }) => service);
    expect(changes.indexOf("db")).toBeLessThan(changes.indexOf("api"));
    await dev.stopAll();
  });

  test("mistakes in services.yaml come as data too", async () => {
    await using dev = await workspace(`services:\n  web: { comand: x }\n`);
    const end = await dev.run("start_dev", "--json");
    expect(end.exitCode).toBe(78);
    const document: unknown = JSON.parse(end.stdout);
    expect(document).toMatchObject({
      schemaVersion: 1,
      errors: expect.arrayContaining([expect.objectContaining({ code: "KEY_UNKNOWN" })]),
    });
  });
});
