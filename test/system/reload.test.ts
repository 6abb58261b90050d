import { describe, expect, test } from "vitest";
import { freePort } from "../support/free-port.ts";
import { healthy, steered } from "../support/program.ts";
import { until } from "../support/until.ts";
import { livesOf } from "../support/until-phase.ts";
import { type Workspace, workspace } from "../support/workspace.ts";

/** Services by name, as YAML. */
type Services = Readonly<Record<string, string>>;

function yamlOf(services: Services): string {
  return `services:\n${Object.entries(services)
    .map(([name, text]) => `  ${name}: ${text}\n`)
    .join("")}`;
}

async function started(services: Services, env: Readonly<Record<string, string>> = {}): Promise<Workspace> {
  const dev = await workspace(yamlOf(services), { env });
  expect(await dev.run("start_dev"), dev.story()).toMatchObject({ exitCode: 0 });
  return dev;
}

describe("reload", () => {
  test("what is new starts, what changed restarts, what left the file stops; nothing else is touched", async () => {
    const db = healthy("db");
    const web = healthy("web", "depends_on: [db]");
    const api = healthy("api", "depends_on: [db]");
    await using dev = await started({ db, api, web, old: healthy("old") });
    dev.write(
      "services.yaml",
      yamlOf({
        db,
        api: api.replace(", depends_on", ", stop_grace_period: 5s, environment: { LEVEL: debug }, depends_on"),
        web,
        cache: healthy("cache"),
      }),
    );
    const end = await dev.run("reload");
    expect(end).toMatchObject({ exitCode: 0 });
    expect(end.stdout).toContain("services.yaml and env files: 1 added, 1 changed, 1 removed, 2 as before");
    expect(end.stdout).toContain("  + cache\n");
    expect(end.stdout).toContain("  ~ api\n      environment.LEVEL: changed\n      stop_grace_period: now 5 s\n");
    expect(end.stdout).toContain("  - old\n");
    expect([livesOf(dev, "db"), livesOf(dev, "web"), livesOf(dev, "old")]).toEqual([[true], [true], [false]]);
    expect([livesOf(dev, "api"), livesOf(dev, "cache")]).toEqual([[false, true], [true]]);
    expect((await dev.status()).services.map(({ name }) => name).toSorted()).toEqual(["api", "cache", "db", "web"]);
    await dev.stopAll();
  });

  test("an edit of the workspace touches no service; a mistake in it is told, and so is a file that has lost its services", async () => {
    const services = { db: healthy("db"), web: healthy("web", "depends_on: [db]") };
    await using dev = await started(services);
    dev.write("services.yaml", `workspace: { commands: { status: { argv: [git, status] } } }\n${yamlOf(services)}`);
    const end = await dev.run("reload");
    expect(end).toMatchObject({ exitCode: 0 });
    expect([livesOf(dev, "db"), livesOf(dev, "web")]).toEqual([[true], [true]]);
    for (const command of ["status", "graph", "start_dev"])
      expect(await dev.run(command)).toMatchObject({ exitCode: 0 });
    dev.write("services.yaml", `workspace: { run: { jobs: 0 } }\n${yamlOf(services)}`);
    expect(await dev.run("reload")).toMatchObject({
      exitCode: 78,
      stderr: expect.stringContaining("workspace.run.jobs must be a whole number of at least 1, not 0"),
    });
    dev.write("services.yaml", "workspace: {}\n");
    expect(await dev.run("reload")).toMatchObject({
      exitCode: 78,
      stderr: expect.stringContaining("The file has a workspace and no services"),
    });
    expect([livesOf(dev, "db"), livesOf(dev, "web")]).toEqual([[true], [true]]);
    await dev.stopAll();
  });

  test("what changed restarts in waves: a dependent that changed too waits for what it needs", async () => {
    const services = (level: string) => ({
      db: steered("db", `environment: { LEVEL: ${level} }`, { port: ports.db }),
      api: healthy("api", `environment: { LEVEL: ${level} }, depends_on: [db]`, { port: ports.api }),
    });
    const [dbText, apiText] = [steered("db"), healthy("api")];
    const portOf = (text: string): number => Number(/ports: \[(\d+)\]/.exec(text)?.[1]);
    const ports = { db: portOf(dbText), api: portOf(apiText) };
    await using dev = await workspace(yamlOf(services("info")));
    const start = dev.run("start_dev");
    await (await dev.program("db")).becomeHealthy();
    expect(await start).toMatchObject({ exitCode: 0 });
    dev.write("services.yaml", yamlOf(services("debug")));
    const reload = dev.run("reload");
    const db = await dev.program("db", { run: 2 });
    expect(livesOf(dev, "api")).toEqual([false]);
    await db.becomeHealthy();
    expect(await reload).toMatchObject({ exitCode: 0 });
    expect((await dev.program("api", { run: 2 })).startedAt).toBeGreaterThan(db.healthyAt);
    await dev.stopAll();
  });

  test("what is new fails, others run: it is told of what changed, not of all", async () => {
    const db = healthy("db");
    await using dev = await workspace(yamlOf({ db }), { env: { MAX_PARALLEL_RETRIES: "0" } });
    expect(await dev.run("start_dev")).toMatchObject({ exitCode: 0 });
    dev.write("services.yaml", yamlOf({ db, extra: "{ command: exit 3 }" }));
    const one = await dev.run("reload");
    expect(one.exitCode).toBe(1);
    expect(one.stdout).toMatch(/^Nothing of what changed is ready after [\d.]+ m?s: 1 failed \(extra\)$/m);
    dev.write("services.yaml", yamlOf({ db, extra: "{ command: exit 4 }", web: healthy("web") }));
    const two = await dev.run("reload");
    expect(two.exitCode).toBe(2);
    expect(two.stdout).toMatch(/^1 of 2 that changed ready after [\d.]+ m?s: 1 failed \(extra\)$/m);
    await dev.stopAll();
  });

  test("nothing has changed: nothing is done", async () => {
    await using dev = await started({ db: healthy("db") });
    const end = await dev.run("reload");
    expect(end).toMatchObject({
      exitCode: 0,
      stdout: "services.yaml and env files: nothing has changed (1 service)\n",
    });
    expect(livesOf(dev, "db")).toEqual([true]);
    await dev.stopAll();
  });

  test("a file with mistakes changes nothing; all of them are told", async () => {
    const db = healthy("db");
    await using dev = await started({ db, old: healthy("old") });
    dev.write("services.yaml", yamlOf({ db: db.replace("command", "comand"), web: "{ depends_on: [nobody] }" }));
    const end = await dev.run("reload");
    expect(end.exitCode).toBe(78);
    expect(end.stderr).toContain("comand");
    expect(end.stderr).toContain("nobody");
    expect([livesOf(dev, "db"), livesOf(dev, "old")]).toEqual([[true], [true]]);
    await dev.stopAll();
  });

  test("--plan shows it and does nothing; the next reload still does", async () => {
    const db = healthy("db");
    await using dev = await started({ db, old: healthy("old") });
    dev.write(
      "services.yaml",
      yamlOf({ db: db.replace("command", "start_timeout: 7s, command"), web: healthy("web") }),
    );
    const plan = await dev.run("reload", "--plan");
    expect(plan).toMatchObject({ exitCode: 0 });
    expect(plan.stdout).toContain("1 added, 1 changed, 1 removed");
    expect(plan.stdout).toContain("start_timeout: now 7 s");
    expect([livesOf(dev, "db"), livesOf(dev, "old"), livesOf(dev, "web")]).toEqual([[true], [true], []]);
    expect(await dev.run("reload")).toMatchObject({ exitCode: 0 });
    expect([livesOf(dev, "db"), livesOf(dev, "old"), livesOf(dev, "web")]).toEqual([[false, true], [false], [true]]);
    await dev.stopAll();
  });

  test(".env edited: what it changes restarts, and no secret is told anywhere", async () => {
    const secret = "hunter2-hunter3";
    const services = {
      api: healthy("api", 'environment: { API_TOKEN: "${API_TOKEN}" }, keep_alive: ["x-${API_TOKEN}"]'),
      web: healthy("web"),
    };
    await using dev = await workspace(yamlOf(services), { files: { ".env": "API_TOKEN=first-token\n" } });
    expect(await dev.run("start_dev")).toMatchObject({ exitCode: 0 });
    dev.write(".env", `API_TOKEN=${secret}\n`);
    const human = await dev.run("reload", "--plan");
    expect(human.stdout).toContain("environment.API_TOKEN: changed");
    expect(human.stdout).toContain("keep_alive: now [x-•••]");
    const json = await dev.run("reload", "--json");
    expect(json).toMatchObject({ exitCode: 0 });
    for (const text of [human.stdout, human.stderr, json.stdout, json.stderr, dev.read(".groundswell/state.json")]) {
      expect(text).not.toContain(secret);
      expect(text).not.toContain("first-token");
    }
    expect((await dev.program("api", { run: 2 })).env["API_TOKEN"]).toBe(secret);
    expect([livesOf(dev, "api"), livesOf(dev, "web")]).toEqual([
      [false, true],
      [false, true],
    ]);
    await dev.stopAll();
  });

  test("a failed service that was mended starts, and what was skipped for it; what was stopped stays stopped", async () => {
    const web = healthy("web");
    const api = healthy("api", "depends_on: [db]");
    await using dev = await workspace(yamlOf({ db: "{ command: [no-such-program] }", api, web }));
    expect(await dev.run("start_dev")).toMatchObject({ exitCode: 2 });
    expect(await dev.run("stop", "web")).toMatchObject({ exitCode: 0 });
    dev.write(
      "services.yaml",
      yamlOf({ db: healthy("db"), api, web: web.replace("command", "start_timeout: 9s, command") }),
    );
    // Nothing lived any more: the supervisor has ended, and a start is what is wanted.
    const nothing = await dev.run("reload");
    expect(nothing.exitCode).toBe(3);
    expect(nothing.stderr).toContain("start_dev");
    expect(await dev.run("start_dev", "web")).toMatchObject({ exitCode: 0 });
    expect(await dev.run("start_dev", "db")).toMatchObject({ exitCode: 0 });
    await dev.stopAll();
  });

  test("with others running: mended and skipped ones start, a stopped one does not", async () => {
    const [web, other] = [healthy("web"), healthy("other")];
    const api = healthy("api", "depends_on: [db]");
    await using dev = await workspace(yamlOf({ db: "{ command: [no-such-program] }", api, web, other }));
    expect(await dev.run("start_dev")).toMatchObject({ exitCode: 2 });
    expect(await dev.run("stop", "web")).toMatchObject({ exitCode: 0 });
    const slower = web.replace("command", "start_timeout: 9s, command");
    dev.write("services.yaml", yamlOf({ db: healthy("db"), api, web: slower, other }));
    expect(await dev.run("reload")).toMatchObject({ exitCode: 0 });
    expect([livesOf(dev, "db"), livesOf(dev, "api"), livesOf(dev, "other")]).toEqual([[true], [true], [true]]);
    expect(livesOf(dev, "web")).toEqual([false]);
    expect((await dev.statusOf("web")).phase).toBe("killed");
    await dev.stopAll();
  });

  test("only a part was started: what was never started is not new", async () => {
    const [db, web] = [healthy("db"), healthy("web")];
    await using dev = await workspace(yamlOf({ db, web }));
    expect(await dev.run("start_dev", "db")).toMatchObject({ exitCode: 0 });
    dev.write("services.yaml", yamlOf({ db, web, cache: healthy("cache") }));
    expect(await dev.run("reload")).toMatchObject({ exitCode: 0 });
    expect([livesOf(dev, "db"), livesOf(dev, "web"), livesOf(dev, "cache")]).toEqual([[true], [], [true]]);
    await dev.stopAll();
  });

  test("after a kill -9 of the supervisor: what runs is taken over, and only what changed restarts", async () => {
    const [db, web, old] = [healthy("db"), healthy("web"), healthy("old")];
    await using dev = await started({ db, web, old });
    await dev.killSupervisor();
    dev.write(
      "services.yaml",
      yamlOf({ db, web: web.replace("command", "start_timeout: 9s, command"), cache: healthy("cache") }),
    );
    const end = await dev.run("reload");
    expect(end, dev.story()).toMatchObject({ exitCode: 0 });
    expect(end.stdout).toContain("1 added, 1 changed, 1 removed, 1 as before");
    expect([livesOf(dev, "db"), livesOf(dev, "web"), livesOf(dev, "old"), livesOf(dev, "cache")]).toEqual([
      [true],
      [false, true],
      [false],
      [true],
    ]);
    await dev.stopAll();
  });

  test("--plan after a kill -9 of the supervisor: what failed and what was stopped is still told, and the reload still does it", async () => {
    const [db, web] = [healthy("db"), healthy("web")];
    const bad = "{ command: [no-such-program] }";
    await using dev = await workspace(yamlOf({ db, web, bad }));
    expect(await dev.run("start_dev")).toMatchObject({ exitCode: 2 });
    expect(await dev.run("stop", "web")).toMatchObject({ exitCode: 0 });
    await dev.killSupervisor();
    dev.write("services.yaml", yamlOf({ db, web, bad, cache: healthy("cache") }));
    const plan = await dev.run("reload", "--plan");
    expect(plan.stdout).toContain("1 added, 3 as before");
    const phases = async () => (await dev.status()).services.map(({ name, phase }) => `${name} ${phase}`).toSorted();
    expect(await phases()).toEqual(["bad failed", "db ready", "web killed"]);
    expect(await dev.run("reload")).toMatchObject({ exitCode: 0 });
    expect(await phases()).toEqual(["bad failed", "cache ready", "db ready", "web killed"]);
    expect([livesOf(dev, "db"), livesOf(dev, "web"), livesOf(dev, "cache")]).toEqual([[true], [false], [true]]);
    await dev.stopAll();
  });

  test("dependents over a `restart: true` edge go along", async () => {
    const [db, web] = [healthy("db"), healthy("web", "depends_on: [db]")];
    const tied = healthy("tied", "depends_on: { db: { restart: true } }");
    await using dev = await started({ db, web, tied });
    dev.write("services.yaml", yamlOf({ db: db.replace("command", "start_timeout: 9s, command"), web, tied }));
    expect(await dev.run("reload")).toMatchObject({ exitCode: 0 });
    expect([livesOf(dev, "db"), livesOf(dev, "web"), livesOf(dev, "tied")]).toEqual([
      [false, true],
      [true],
      [false, true],
    ]);
    await dev.stopAll();
  });

  test("nothing was ever started: it says so", async () => {
    await using dev = await workspace(yamlOf({ db: healthy("db") }));
    const end = await dev.run("reload");
    expect(end.exitCode).toBe(3);
    expect(end.stderr).toContain("Nothing runs");
    expect(dev.supervisors()).toEqual([]);
  });
});

describe("start_dev --watch-config", () => {
  test("after a stop of everything a save starts nothing", async () => {
    const db = healthy("db");
    await using dev = await workspace(yamlOf({ db }));
    const start = dev.run("start_dev", "--watch-config");
    await start.says(/watching/i);
    expect(await dev.run("stop")).toMatchObject({ exitCode: 0 });
    await until(() => dev.supervisors().length === 0, "the supervisor has left");
    dev.write("services.yaml", yamlOf({ db, web: healthy("web") }));
    await start.says(/1 added/);
    await until(() => dev.supervisors().length === 0, "the supervisor has left again");
    start.interrupt();
    await start;
    expect([livesOf(dev, "db"), livesOf(dev, "web")]).toEqual([[false], []]);
    expect(JSON.parse(dev.read(".groundswell/state.json"))).toMatchObject({ desired: "stopped" });
  });

  test("what is saved while it still starts is applied when that is done", async () => {
    const db = steered("db");
    const api = (level: string) => healthy("api", `depends_on: [db], environment: { LEVEL: ${level} }`, { port });
    const port = freePort();
    await using dev = await workspace(yamlOf({ db, api: api("info") }));
    const start = dev.run("start_dev", "--watch-config");
    const first = await dev.program("db");
    dev.write("services.yaml", yamlOf({ db, api: api("verbose") }));
    await first.becomeHealthy();
    expect((await dev.program("api")).env["LEVEL"]).toBe("info");
    expect((await dev.program("api", { run: 2 })).env["LEVEL"]).toBe("verbose");
    start.interrupt();
    await start;
    await dev.stopAll();
  });

  test("every save is applied; one with a mistake is told and changes nothing; Ctrl-C leaves the services running", async () => {
    const [db, web] = [healthy("db"), healthy("web")];
    await using dev = await workspace(yamlOf({ db, web }));
    const start = dev.run("start_dev", "--watch-config");
    await start.says(/watching/i);
    dev.write("services.yaml", yamlOf({ db, web: web.replace("command", "comand") }));
    await start.says(/comand/);
    expect([livesOf(dev, "db"), livesOf(dev, "web")]).toEqual([[true], [true]]);
    dev.write("services.yaml", yamlOf({ db, web: web.replace("command", "start_timeout: 9s, command") }));
    await dev.program("web", { run: 2 });
    await start.says(/start_timeout/);
    dev.write(".env", "LEVEL=debug\n");
    await dev.program("db", { run: 2 });
    await dev.program("web", { run: 3 });
    await until(async () => (await dev.status()).summary.ready === 2, "both are ready again");
    start.interrupt();
    await start;
    expect([livesOf(dev, "db").at(-1), livesOf(dev, "web").at(-1)]).toEqual([true, true]);
    await dev.stopAll();
  });
});
