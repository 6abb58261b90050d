import { once } from "node:events";
import { createServer } from "node:net";
import { createServer as createHttpServer } from "node:http";
import { describe, expect, test } from "vitest";
import { faultPoint } from "../support/fault-point.ts";
import { freePort } from "../support/free-port.ts";
import { healthy, program, steered } from "../support/program.ts";
import { until } from "../support/until.ts";
import { workspace } from "../support/workspace.ts";

describe("Ctrl-C twice", () => {
  test("the first stops what this start began, the second kills it; what ran before lives on", async () => {
    await using dev = await workspace(
      `services:\n  db: ${healthy("db")}\n  api: ${steered("api", "depends_on: [db], stop_grace_period: 10m")}\n`,
    );
    expect(await dev.run("start_dev", "db")).toMatchObject({ exitCode: 0 });
    const start = dev.run("start_dev");
    const api = await dev.program("api");
    await api.ignore("SIGTERM");
    start.interrupt();
    await api.received("SIGTERM");
    start.interrupt();
    expect(await start).toMatchObject({ signal: "SIGINT" });
    expect(api.isAlive()).toBe(false);
    expect(dev.runsOf("db").map((run) => run.isAlive())).toEqual([true]);
    await dev.stopAll();
  });
});

describe("port taken", () => {
  test("by a stranger: named with its pid, left alone, and the service is not spawned", async () => {
    const port = freePort();
    const stranger = createServer().listen(port, "127.0.0.1");
    await once(stranger, "listening");
    await using dev = await workspace(`services:\n  web: ${healthy("web", "", { port })}\n`);
    const start = await dev.run("start_dev");
    expect(start.exitCode).toBe(1);
    expect(start.stdout + start.stderr).toMatch(new RegExp(`${port}[^\\n]*${process.pid}`));
    expect(dev.runsOf("web")).toEqual([]);
    expect(stranger.listening).toBe(true);
    await dev.stopAll();
    stranger.close();
  });

  test("by what an earlier run of ours left: killed, reported, and the service starts", async () => {
    await using dev = await workspace(`services:\n  web: ${healthy("web")}\n`);
    expect((await dev.run("start_dev")).exitCode).toBe(0);
    const leftover = await dev.program("web");
    await dev.killSupervisor();
    dev.forget();
    const again = await dev.run("start_dev");
    expect(again.exitCode, dev.story()).toBe(0);
    expect(again.stdout + again.stderr).toContain(String(leftover.pid));
    expect(leftover.isAlive()).toBe(false);
    expect(await dev.statusOf("web")).toMatchObject({ phase: "ready", pid: dev.runsOf("web")[1]?.pid });
    await dev.stopAll();
  });

  test("by a stranger, after the look and before the spawn: what he answers is not taken for the service's answer", async () => {
    const port = freePort();
    await using dev = await workspace(
      `services:\n  web: { command: ${program("web")}, ports: [${port}], healthcheck: { http: "http://127.0.0.1:${port}/" } }\n`,
    );
    const point = faultPoint(dev, "planned");
    const start = dev.runWith(point.env, "start_dev");
    await point.reached();
    let status = 503;
    const stranger = createHttpServer((_request, response) => void response.writeHead(status).end("somebody else"));
    await once(stranger.listen(port, "127.0.0.1"), "listening");
    point[Symbol.dispose]();
    const web = await dev.program("web");
    status = 200;
    expect(await start).toMatchObject({ exitCode: 1 });
    const { phase, reason } = await dev.statusOf("web");
    expect({ phase, reason }).toEqual({ phase: "failed", reason: expect.stringContaining(`pid ${process.pid}`) });
    expect(web.isAlive()).toBe(false);
    expect(stranger.listening).toBe(true);
    await dev.stopAll();
    stranger.close();
  });
});

describe("two start_dev at once", () => {
  test("one supervisor, one process a service, both end well", async () => {
    await using dev = await workspace(
      `services:\n  db: ${steered("db")}\n  api: ${healthy("api", "depends_on: [db]")}\n`,
    );
    const starts = [dev.run("start_dev"), dev.run("start_dev")];
    const db = await dev.program("db");
    await db.becomeHealthy();
    const ends = await Promise.all(starts);
    expect(ends.map(({ exitCode }) => exitCode)).toEqual([0, 0]);
    expect(dev.runsOf("db")).toHaveLength(1);
    expect(dev.runsOf("api")).toHaveLength(1);
    await until(() => dev.supervisors().length === 1, "those that came too late have left");
    await dev.stopAll();
  });

  test.each([1, 2, 3, 4, 5])("five of them, round %i: the same", async () => {
    await using dev = await workspace(
      `services:\n  db: ${healthy("db")}\n  api: ${healthy("api", "depends_on: [db]")}\n`,
    );
    const ends = await Promise.all(Array.from({ length: 5 }, () => dev.run("start_dev")));
    expect(ends.map(({ exitCode }) => exitCode)).toEqual([0, 0, 0, 0, 0]);
    expect(dev.started().map(({ name }) => name)).toEqual(["db", "api"]);
    await until(() => dev.supervisors().length === 1, "those that came too late have left");
    await dev.stopAll();
  });
});

describe("services.yaml edited while running", () => {
  test("start_dev restarts only what changed, and names the key", async () => {
    const [web, db] = [freePort(), freePort()];
    const yaml = (mode: string) =>
      `services:\n  web: ${healthy("web", `environment: { MODE: ${mode} }`, { port: web })}\n  db: ${healthy("db", "", { port: db })}\n`;
    await using dev = await workspace(yaml("calm"));
    expect(await dev.run("start_dev")).toMatchObject({ exitCode: 0 });
    dev.write("services.yaml", yaml("wild"));
    const again = await dev.run("start_dev");
    expect(again.exitCode).toBe(0);
    expect(again.stdout + again.stderr).toMatch(/web[^\n]*MODE/);
    const [first, second] = dev.runsOf("web");
    expect(first?.isAlive()).toBe(false);
    expect(second?.env["MODE"]).toBe("wild");
    expect(dev.runsOf("db")).toHaveLength(1);
    await dev.stopAll();
  });

  test("a service left the file: it is still shown, and stop still ends it", async () => {
    const [web, db] = [`  web: ${healthy("web")}\n`, `  db: ${healthy("db")}\n`];
    await using dev = await workspace(`services:\n${web}${db}`);
    expect(await dev.run("start_dev")).toMatchObject({ exitCode: 0 });
    dev.write("services.yaml", `services:\n${db}`);
    expect((await dev.run("status")).stdout).toMatch(/services\.yaml/);
    expect(await dev.run("start_dev")).toMatchObject({ exitCode: 0 });
    expect(dev.census()).toHaveLength(2);
    expect((await dev.status()).services.map(({ name }) => name).toSorted()).toEqual(["db", "web"]);
    await dev.stopAll();
  });

  test("a service left the file, and the supervisor was killed: stop still ends it", async () => {
    const [web, db] = [`  web: ${healthy("web")}\n`, `  db: ${healthy("db")}\n`];
    await using dev = await workspace(`services:\n${web}${db}`);
    expect(await dev.run("start_dev")).toMatchObject({ exitCode: 0 });
    await dev.killSupervisor();
    dev.write("services.yaml", `services:\n${db}`);
    expect(await dev.run("start_dev")).toMatchObject({ exitCode: 0 });
    expect(dev.census()).toHaveLength(2);
    await dev.stopAll();
  });

  test("in the middle of a start: that start goes on by what it has read", async () => {
    const yaml = (port: number, more: string) => `services:\n  db: ${steered("db", "", { port })}\n${more}`;
    const port = freePort();
    await using dev = await workspace(yaml(port, `  api: ${healthy("api", "depends_on: [db]")}\n`));
    const start = dev.run("start_dev");
    const db = await dev.program("db");
    dev.write("services.yaml", yaml(port, `  web: ${healthy("web")}\n`));
    await db.becomeHealthy();
    expect(await start).toMatchObject({ exitCode: 0 });
    expect(dev.started().map(({ name }) => name)).toEqual(["db", "api"]);
    await dev.stopAll();
  });
});
