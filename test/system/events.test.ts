import { statSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { freePort } from "../support/free-port.ts";
import { healthy, program, steered } from "../support/program.ts";
import { startEvents } from "../support/start-events.ts";
import { until } from "../support/until.ts";
import { workspace, type Workspace } from "../support/workspace.ts";

interface LoggedEvent {
  readonly type: string;
  readonly at: number;
  readonly [field: string]: unknown;
}

/** None as long as none was written. */
function eventsOf(dev: Workspace): readonly LoggedEvent[] {
  const text = dev.has("logs/events.ndjson") ? dev.read("logs/events.ndjson") : "";
  return text
    .split("\n")
    .slice(0, -1)
    .map((line) => JSON.parse(line));
}

describe("logs/events.ndjson", () => {
  test("has what start_dev --json tells, and what came after it, from one supervisor to the next", async () => {
    await using dev = await workspace(
      `services:\n  db: ${healthy("db")}\n  api: ${healthy("api", "depends_on: [db]")}\n`,
    );
    const before = Date.now();
    const told = startEvents(await dev.run("start_dev", "--json"));
    const { pid } = await dev.program("api");
    await dev.stopAll();
    const logged = eventsOf(dev);
    expect(logged.slice(0, told.length)).toEqual(told);
    const rest = logged.slice(told.length);
    expect(rest.map(({ type }) => type)).toContain("stop-started");
    expect(rest.at(-1)).toMatchObject({ type: "stop-finished", ok: true });
    expect(logged).toContainEqual(
      expect.objectContaining({ service: "api", state: expect.objectContaining({ phase: "ready", pid }) }),
    );
    for (const { at } of logged) expect(at).toBeGreaterThanOrEqual(before);
    expect(statSync(dev.path("logs/events.ndjson")).mode & 0o777).toBe(0o600);
    await dev.run("start_dev");
    await dev.stopAll();
    const all = eventsOf(dev);
    expect(all.slice(0, logged.length)).toEqual(logged);
    expect(all.filter(({ type }) => type === "start-finished")).toHaveLength(2);
    expect(all.filter((event) => "schemaVersion" in event)).toEqual([all[0]]);
  });

  test("has what happens while nobody asks", async () => {
    await using dev = await workspace(`services:\n  web: ${healthy("web")}\n  db: ${healthy("db")}\n`);
    await dev.run("start_dev");
    await (await dev.program("web")).exit(9);
    await until(
      () =>
        eventsOf(dev).some(
          ({ service, state }) => service === "web" && JSON.stringify(state ?? "").includes(`"code":9`),
        ),
      "its end was written down",
    );
    await dev.stopAll();
  });

  test("holds no secret: no value of the environment, no password of a URL, nothing that a service wrote", async () => {
    const port = freePort();
    const url = `http://user:hunter2@127.0.0.1:${port}/health?key=hunter3#x`;
    await using dev = await workspace(
      `services:
  web: { command: ${program("web", "--port", String(port), "--healthy")}, healthcheck: { http: "${url}" }, environment: { TOKEN: hunter1 } }
  bad: { command: 'echo hunter4; exit 1', environment: { TOKEN: hunter1 } }
`,
      { env: { AMBIENT: "hunter5", MAX_PARALLEL_RETRIES: "0" } },
    );
    expect(await dev.run("start_dev")).toMatchObject({ exitCode: 2 });
    dev.write(
      "services.yaml",
      dev.read("services.yaml").replaceAll("hunter4", "hunter6").replaceAll("hunter1", "hunter7"),
    );
    expect(await dev.run("reload")).toMatchObject({ exitCode: 2 });
    await dev.stopAll();
    const text = dev.read("logs/events.ndjson");
    expect(text).toContain(`"url":"http://127.0.0.1:${port}/health`);
    expect(text).toContain(`"type":"service-diagnosed"`);
    expect(text).toContain(`"changes":[{"key":"environment.TOKEN"}]`);
    expect(text).not.toMatch(/hunter\d/);
  });

  test("holds nothing secret of a health check: neither does state.json, nor status", async () => {
    const port = freePort();
    const url = `http-get://user:hunter1@127.0.0.1:${port}/health?key=hunter2`;
    const web = `command: ${program("web", "--port", String(port), "--healthy")}, healthcheck: { wait_on: "${url}" }`;
    const missing = url.replace(String(port), String(freePort()));
    const check = "test ! -e sick || { echo hunter3; exit 1; }";
    await using dev = await workspace(
      `services:
  web: { ${web} }
  absent: { command: ${program("absent")}, healthcheck: { wait_on: ["${missing}"], timeout: 100ms, interval: 100ms }, start_timeout: 500ms }
  never: { command: ${program("never")}, healthcheck: { exec: "echo hunter4; exit 1", interval: 50ms }, start_timeout: 500ms }
  sick: { command: ${program("sick")}, healthcheck: { exec: "${check}", interval: 50ms, retries: 1 } }
`,
      { env: { MAX_PARALLEL_RETRIES: "0" } },
    );
    const start = await dev.run("start_dev");
    expect(start).toMatchObject({ exitCode: 2 });
    // Who starts it sees what its checks wrote.
    expect(start.stderr + start.stdout).toContain("exit code 1; output: hunter4");
    dev.write("sick", "");
    await until(async () => (await dev.statusOf("sick")).phase === "unhealthy", "it is sick");
    const { stdout: status } = await dev.run("status", "--json");
    expect(status).toContain(`all there: http-get://•••@127.0.0.1:${port}/health?•••`);
    expect(status).toMatch(/"unhealthy: exit code 1"/);
    const human = await dev.run("status");
    await until(() => dev.read(".groundswell/state.json").includes(`"phase":"unhealthy"`), "it is written down");
    const state = dev.read(".groundswell/state.json");
    await dev.stopAll();
    const events = dev.read("logs/events.ndjson");
    expect(state).toContain("http-get://•••@");
    expect(events).toContain(`"message":"exit code 1"`);
    expect(start.stderr + start.stdout).not.toMatch(/hunter[12]/);
    for (const text of [status, human.stdout, human.stderr, state, events]) expect(text).not.toMatch(/hunter\d/);
  });

  test("is whole when the supervisor is told to go", async () => {
    await using dev = await workspace(`services:\n  web: ${steered("web")}\n`);
    const start = dev.run("start_dev");
    await dev.program("web");
    process.kill((await dev.supervisor()).pid, "SIGTERM");
    await start;
    await until(() => dev.supervisors().length === 0, "the supervisor has left");
    expect(eventsOf(dev).at(-1)).toMatchObject({ type: expect.stringMatching(/service-changed|probe-failed/) });
    expect(dev.read("logs/events.ndjson")).toMatch(/\n$/);
    await dev.stopAll();
  });

  test("is not among the logs of services", async () => {
    await using dev = await workspace(`services:\n  web: ${healthy("web")}\n`);
    await dev.run("start_dev");
    await dev.stopAll();
    expect(dev.has("logs/events.ndjson")).toBe(true);
    expect(await dev.run("logs")).toMatchObject({ exitCode: 0, stdout: "" });
    expect(await dev.run("logs", "events")).toMatchObject({ exitCode: 64 });
  });
});
