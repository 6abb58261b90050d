import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { readServicesFile } from "../../../scripts/lib/config/read-services-file.ts";
import { sortIntoWaves } from "../../../scripts/lib/graph/sort-into-waves.ts";
import { codesOf, folderWith, problemsOf, read, specOf, web, withoutSpans, wordsOf } from "./services-folder.ts";

const example = `name: chainlens
env_file: [.env]
environment: { LOG_LEVEL: info }
settings: { parallel_start_timeout: 60 }
services:
  redis:
    command: redis-server --port \${REDIS_PORT:-6379} --save ""
    ports: ["\${REDIS_PORT:-6379}"]
  migrate:
    command: [node, scripts/migrate.ts]
    type: task
    depends_on: [redis]
  backend:
    command: [node, server.ts]
    working_dir: examples/chainlens
    depends_on:
      redis: { condition: healthy }
      migrate: { condition: completed, required: true, restart: false }
    healthcheck: { http: "http://127.0.0.1:\${BACKEND_PORT:-8000}/health", status: 200, interval: 1s, timeout: 2s, retries: 3, start_period: 0s }
    restart: on-failure
    on_unhealthy: report
    stop_signal: SIGTERM
    stop_grace_period: 10s
    start_timeout: 60s
    min_uptime: 250ms
    environment: { PORT: "\${BACKEND_PORT:-8000}" }
    env_file: [{ path: backend.env, required: false }]
    profiles: [full]
    stdin_open: false
    keep_alive: []
`;

describe("a whole file", () => {
  const files = { ".env": "SECRET=s3cret\n", "backend.env": "B=1" };

  test("every key", async () => {
    using folder = folderWith({ "services.yaml": example, ...files });
    const file = join(folder.path, "services.yaml");
    const result = await readServicesFile({ file, ambient: { HOME: "/h" }, profiles: ["full"] });
    const timing = { intervalMs: 1_000, timeoutMs: 2_000, retries: 3, startPeriodMs: 0 };
    const inherited = { PYTHONUNBUFFERED: "1", SECRET: "s3cret", HOME: "/h", LOG_LEVEL: "info" };
    const standard = {
      cwd: folder.path,
      restart: { kind: "no" },
      onUnhealthy: "report",
      stopSignal: "SIGTERM",
      stopGraceMs: 30_000,
      startTimeoutMs: 60_000,
      minUptimeMs: 250,
      environment: inherited,
      profiles: [],
      stdinOpen: false,
      keepAlive: [],
    };
    const healthy = { condition: "healthy", required: true, restart: false };
    expect(result).toMatchObject({ name: "chainlens", root: folder.path, file, offByProfile: [], warnings: [] });
    expect(result.fileHash).toMatch(/^[0-9a-f]{16}$/);
    const services = result.services.map(({ span: _span, specHash: _hash, specKeys: _keys, dependsOn, ...rest }) => ({
      ...rest,
      dependsOn: withoutSpans(dependsOn),
    }));
    expect(services).toEqual([
      {
        ...standard,
        name: "redis",
        type: "service",
        command: { kind: "shell", text: 'redis-server --port ${REDIS_PORT:-6379} --save ""' },
        dependsOn: [],
        ports: [{ host: null, port: 6379 }],
        healthCheck: { kind: "tcp", targets: [{ host: "localhost", port: 6379 }], implied: true, timing },
      },
      {
        ...standard,
        name: "migrate",
        type: "task",
        command: { kind: "argv", argv: ["node", "scripts/migrate.ts"] },
        dependsOn: [{ service: "redis", ...healthy }],
        ports: [],
        healthCheck: { kind: "none" },
        startTimeoutMs: 600_000,
      },
      {
        ...standard,
        name: "backend",
        type: "service",
        command: { kind: "argv", argv: ["node", "server.ts"] },
        cwd: join(folder.path, "examples/chainlens"),
        dependsOn: [
          { service: "redis", ...healthy },
          { service: "migrate", ...healthy, condition: "completed" },
        ],
        ports: [],
        healthCheck: {
          kind: "http",
          url: "http://127.0.0.1:8000/health",
          method: "GET",
          headers: {},
          status: [{ from: 200, to: 200 }],
          body: null,
          timing,
        },
        restart: { kind: "on-failure", limit: null },
        stopGraceMs: 10_000,
        environment: { ...inherited, B: "1", PORT: "8000" },
        profiles: ["full"],
      },
    ]);
    expect(sortIntoWaves(result.services).map(({ services: wave }) => wave.map(({ name }) => name))).toEqual([
      ["redis"],
      ["migrate"],
      ["backend"],
    ]);
  });

  test("without the profile its service is off", async () => {
    const { services, offByProfile } = await read(example, { files });
    expect(services.map(({ name }) => name)).toEqual(["redis", "migrate"]);
    expect(offByProfile).toEqual([{ name: "backend", profiles: ["full"] }]);
  });

  test("read twice, it is the same", async () => {
    using folder = folderWith({ "services.yaml": example, ...files });
    const readIt = () => readServicesFile({ file: join(folder.path, "services.yaml"), ambient: {}, profiles: ["*"] });
    expect(await readIt()).toEqual(await readIt());
  });

  test("a name that is not written is the folder's", async () => {
    const { name, root } = await read(web());
    expect(name).toMatch(/^groundswell-config-/);
    expect(root.endsWith(name)).toBe(true);
  });

  test("the span of a service is its key", async () => {
    const yaml = web();
    const { span } = await specOf(yaml);
    expect(yaml.slice(span.offset, span.offset + span.length)).toBe("web");
  });

  test("a working_dir that is missing is the service's own failure, later", async () => {
    expect((await specOf(web("working_dir: /nowhere/at/all"))).cwd).toBe("/nowhere/at/all");
    expect(await codesOf(web("working_dir: gone"))).toEqual([]);
  });
});

describe("single values", () => {
  test.each([
    ["restart: no", { restart: { kind: "no" } }],
    ["restart: always", { restart: { kind: "always" } }],
    ["restart: unless-stopped", { restart: { kind: "unless-stopped" } }],
    ["restart: on-failure", { restart: { kind: "on-failure", limit: null } }],
    ["restart: on-failure:5", { restart: { kind: "on-failure", limit: 5 } }],
    ["restart: on-failure:0", { restart: { kind: "on-failure", limit: 0 } }],
    ["restart: ${NONE:-always}", { restart: { kind: "always" } }],
    ["on_unhealthy: restart", { onUnhealthy: "restart" }],
    ["stop_signal: SIGINT", { stopSignal: "SIGINT" }],
    ["stop_signal: int", { stopSignal: "SIGINT" }],
    ["stop_signal: 2", { stopSignal: "SIGINT" }],
    ['stop_signal: "9"', { stopSignal: "SIGKILL" }],
    ["stop_grace_period: 0", { stopGraceMs: 0 }],
    ["stop_grace_period: 1m30s", { stopGraceMs: 90_000 }],
    ["start_timeout: 0.5", { startTimeoutMs: 500 }],
    ["start_timeout: ${T:-2s}", { startTimeoutMs: 2_000 }],
    ["min_uptime: 0", { minUptimeMs: 0 }],
    ["stdin_open: true", { stdinOpen: true }],
    ["keep_alive: ['^gpg-agent ', x]", { keepAlive: ["^gpg-agent ", "x"] }],
    ["type: task", { type: "task", startTimeoutMs: 600_000 }],
    ["type: service", { type: "service" }],
  ])("%s", async (line, expected) => {
    expect(await specOf(web(line))).toMatchObject(expected);
  });

  test("arguments are the text that was written, with variables put in", async () => {
    const yaml = 'services:\n  web: { command: [run, 5, 1.10, true, "", "${X:-a b}", "$X", "$$"] }\n';
    expect((await specOf(yaml)).command).toEqual({
      kind: "argv",
      argv: ["run", "5", "1.10", "true", "", "a b", "$X", "$"],
    });
  });

  test("a NUL character fits in no argument", async () => {
    expect(await codesOf('services:\n  web: { command: [run, "a\\0b"] }\n')).toEqual(["VALUE_INVALID 2:25"]);
    expect(await codesOf('services:\n  web: { command: "a\\0b" }\n')).toEqual(["VALUE_INVALID 2:19"]);
  });
});

describe("profiles", () => {
  const yaml = [
    "services:",
    "  always: { command: x }",
    "  full: { command: x, profiles: [full, dev] }",
    "  tools: { command: x, profiles: [tools], env_file: gone.env, ports: ['${NONE}'], keep_alive: ['${NONE:?needed}'] }",
    "",
  ].join("\n");
  const namesOf = async (options: object): Promise<readonly string[]> =>
    (
      await read(yaml.replace("env_file: gone.env, ports: ['${NONE}'], keep_alive: ['${NONE:?needed}']", ""), options)
    ).services.map(({ name }) => name);

  test("say what is on", async () => {
    expect(await namesOf({})).toEqual(["always"]);
    expect(await namesOf({ profiles: ["dev"] })).toEqual(["always", "full"]);
    expect(await namesOf({ profiles: ["full", "tools"] })).toEqual(["always", "full", "tools"]);
    expect(await namesOf({ profiles: ["*"] })).toEqual(["always", "full", "tools"]);
    expect(await namesOf({ activate: ["tools"] })).toEqual(["always", "tools"]);
    expect(await namesOf({ activate: ["nobody"] })).toEqual(["always"]);
  });

  test("what this machine lacks is no error of a service that is off", async () => {
    expect(await codesOf(yaml)).toEqual([]);
    expect((await read(yaml)).warnings).toEqual([]);
    expect(await codesOf(yaml, { profiles: ["tools"] })).toEqual([
      "ENV_FILE_NOT_FOUND 4:53",
      "VALUE_INVALID 4:71",
      "INTERPOLATION_REQUIRED 4:97",
    ]);
  });

  test("what is wrong everywhere is", async () => {
    const off = "services:\n  a: { command: x, profiles: [p], restart: maybe, keep_alive: ['${1}'] }\n";
    expect(await codesOf(off)).toEqual(["VALUE_INVALID 2:44", "INTERPOLATION_SYNTAX 2:67"]);
  });

  test("one that no service has: all of them, as a mistake of the command line", async () => {
    using folder = folderWith({ "services.yaml": yaml });
    const file = join(folder.path, "services.yaml");
    await expect(readServicesFile({ file, ambient: {}, profiles: ["ful", "full", "x"] })).rejects.toMatchObject({
      exitCode: 64,
      problems: [
        { code: "PROFILE_UNKNOWN", message: 'No service has the profile "ful"', hint: 'Did you mean "full"?' },
        { code: "PROFILE_UNKNOWN", hint: "There are: full, dev, tools." },
      ],
    });
    expect(await problemsOf(web(), { profiles: ["x"] })).toMatchObject([{ hint: "No service has any profile." }]);
    expect(await codesOf(web("restart: maybe"), { profiles: ["x"] })).toEqual(["VALUE_INVALID 4:14"]);
  });
});

test("all problems of a file at once, by position", async () => {
  const yaml = `nmae: shop
settings: { parallel_kill_timeout: -1 }
services:
  web:
    command: [node, "\${ENTRY"]
    ports: ["8000:80"]
    depends_on: [api, dbb]
    stdin_open: yes
    restart: on-fail
  api:
    comand: npm start
    healthcheck: { http: "http://127.0.0.1/\${1}", interval: often }
    depends_on: { web: { condition: healthy } }
    tty: true
  db:
    command: !docker postgres
    command: *image
    env_file: db.env
    ports: [5432]
  DB:
    command: postgres
    ports: [5432]
  events: { command: x }
`;
  const problems = await problemsOf(yaml, { files: { ".env": "no equals sign\nMAX_PARALLEL_RETRIES=lots\n" } });
  expect(problems.length).toBeGreaterThanOrEqual(20);
  const places = problems.map(({ place }) => [
    place?.file === "services.yaml" ? 0 : 1,
    place?.line ?? 0,
    place?.column ?? 0,
  ]);
  expect(places).toEqual(
    places.toSorted((a, b) => (a[0] ?? 0) - (b[0] ?? 0) || (a[1] ?? 0) - (b[1] ?? 0) || (a[2] ?? 0) - (b[2] ?? 0)),
  );
  expect(await wordsOf(yaml, { files: { ".env": "no equals sign\nMAX_PARALLEL_RETRIES=lots\n" } }))
    .toMatchInlineSnapshot(`
    "error[KEY_UNKNOWN]: Unknown key "nmae" in services.yaml
     --> services.yaml:1:1
      |
    1 | nmae: shop
      | ^^^^
    hint: Did you mean "name"?

    error[SETTING_INVALID]: PARALLEL_KILL_TIMEOUT must be a number of seconds, not "-1" (set in settings)
     --> services.yaml:2:36
      |
    2 | settings: { parallel_kill_timeout: -1 }
      |                                    ^^
    hint: The default is 30 (seconds).

    error[INTERPOLATION_SYNTAX]: \${ENTRY is not closed
     --> services.yaml:5:22
      |
    5 |     command: [node, "\${ENTRY"]
      |                      ^^^^^^^
    hint: Write \${NAME}, \${NAME:-default} or \${NAME:?message}; $\${ stands for a plain \${.

    error[PORT_MAPPING]: services.web.ports[0] maps a port, and there is no container to map it into: "8000:80"
     --> services.yaml:6:13
      |
    6 |     ports: ["8000:80"]
      |             ^^^^^^^^^
    hint: Write the port the program listens on: "8000".

    error[DEPENDENCY_UNKNOWN]: "web" depends on "dbb", and no service is named so
     --> services.yaml:7:23
      |
    7 |     depends_on: [api, dbb]
      |                       ^^^
    hint: Did you mean "db"?

    error[YAML_BOOLEAN]: services.web.stdin_open must be true or false, not "yes"
     --> services.yaml:8:17
      |
    8 |     stdin_open: yes
      |                 ^^^
    hint: Write true: only true and false are booleans in YAML 1.2.

    error[VALUE_INVALID]: services.web.restart must be no, on-failure, on-failure:N, always or unless-stopped, not "on-fail"
     --> services.yaml:9:14
      |
    9 |     restart: on-fail
      |              ^^^^^^^
    hint: Did you mean "on-failure"?

    error[KEY_MISSING]: The service "api" has no command
      --> services.yaml:10:3
       |
    10 |   api:
       |   ^^^
    hint: Say what to run: command: npm run dev.

    error[KEY_UNKNOWN]: Unknown key "comand" in services.api
      --> services.yaml:11:5
       |
    11 |     comand: npm start
       |     ^^^^^^
    hint: Did you mean "command"?

    error[INTERPOLATION_SYNTAX]: A variable's name cannot begin with "1"
      --> services.yaml:12:46
       |
    12 |     healthcheck: { http: "http://127.0.0.1/\${1}", interval: often }
       |                                              ^
    hint: Write \${NAME}, \${NAME:-default} or \${NAME:?message}; $\${ stands for a plain \${.

    error[VALUE_INVALID]: services.api.healthcheck.interval must be a duration, not "often"
      --> services.yaml:12:61
       |
    12 |     healthcheck: { http: "http://127.0.0.1/\${1}", interval: often }
       |                                                             ^^^^^
    hint: Write 500ms, 1s, 1m30s or 2h; a plain number is seconds. The longest is 24 days.

    error[DEPENDENCY_CYCLE]: Services depend on each other: web -> api -> web
      --> services.yaml:13:19
       |
    13 |     depends_on: { web: { condition: healthy } }
       |                   ^^^
     --> services.yaml:7:18 (web depends on api)
      |
    7 |     depends_on: [api, dbb]
      |                  ^^^
    hint: Remove one of these dependencies.

    error[TTY_UNSUPPORTED]: Services run without a terminal
      --> services.yaml:14:10
       |
    14 |     tty: true
       |          ^^^^
    hint: Remove tty. A program that ends when its input ends needs stdin_open: true.

    error[YAML_UNKNOWN_TAG]: Unknown tag: !docker
      --> services.yaml:16:14
       |
    16 |     command: !docker postgres
       |              ^^^^^^^
    hint: Remove the tag: only plain text, numbers, true and false, lists and maps are used here.

    error[YAML_DUPLICATE_KEY]: The key "command" stands here twice
      --> services.yaml:17:5
       |
    17 |     command: *image
       |     ^^^^^^^
      --> services.yaml:16:5 (first here)
       |
    16 |     command: !docker postgres
       |     ^^^^^^^
    hint: Remove one of them.

    error[YAML_ALIAS]: There is no anchor &image above this alias
      --> services.yaml:17:14
       |
    17 |     command: *image
       |              ^^^^^^

    error[ENV_FILE_NOT_FOUND]: The env file db.env is not there
      --> services.yaml:18:15
       |
    18 |     env_file: db.env
       |               ^^^^^^
    hint: Create it, or write { path: …, required: false }.

    error[SERVICE_NAME_DUPLICATE]: "DB" and "db" differ in case only
      --> services.yaml:20:3
       |
    20 |   DB:
       |   ^^
      --> services.yaml:15:3 (first here)
       |
    15 |   db:
       |   ^^
    hint: Logs and process records are files named after the service, and some file systems take both for one.

    error[PORT_DUPLICATE]: "DB" and "db" declare the same port 5432
      --> services.yaml:22:13
       |
    22 |     ports: [5432]
       |             ^^^^
      --> services.yaml:19:13 (first here)
       |
    19 |     ports: [5432]
       |             ^^^^
    hint: Only one program can listen on a port: give one of them another.

    error[SERVICE_NAME_RESERVED]: The name "events" is taken by Groundswell itself
      --> services.yaml:23:3
       |
    23 |   events: { command: x }
       |   ^^^^^^
    hint: Reserved are supervisor, startup_debug, events, watch.

    error[ENV_FILE_SYNTAX]: This line has no =
     --> .env:1:1
    hint: Write NAME=value; # begins a comment.

    error[SETTING_INVALID]: MAX_PARALLEL_RETRIES must be a whole number of at least 0, not "lots" (set in .env)
     --> .env:2:22
      |
    2 | MAX_PARALLEL_RETRIES=lots
      |                      ^^^^
    hint: The default is 3."
  `);
});

test("environment values stand in no problem and no warning", async () => {
  const yaml = web('environment: { A: "${NONE}", B: "${SECRET}" }', "restart: maybe");
  const text = await wordsOf(yaml, { files: { ".env": "SECRET=s3cret\n" } });
  expect(text).toContain("VALUE_INVALID");
  expect(text).not.toContain("s3cret");
});

test("a file of 300 services is read in far less than the time of a start", async () => {
  const services = Array.from(
    { length: 300 },
    (_, index) =>
      `  s${index}:\n    command: [node, server.js, "\${PORT:-1}"]\n    ports: [${10_000 + index}]\n    depends_on: [${index === 0 ? "" : `s${index - 1}`}]\n    environment: { PORT: ${index} }\n`,
  );
  const { services: specs } = await read(`services:\n${services.join("")}`);
  expect(specs).toHaveLength(300);
  expect(sortIntoWaves(specs)).toHaveLength(300);
});

test("the example of the reference is read without a word", async () => {
  const reference = readFileSync(join(import.meta.dirname, "../../../docs/services-yaml.md"), "utf8");
  const blocks = [...reference.matchAll(/```yaml\n(?<yaml>[\s\S]*?)```/g)].map(({ groups }) => groups?.["yaml"] ?? "");
  const whole = blocks.filter((block) => /^services:/m.test(block));
  expect(whole.length).toBeGreaterThan(3);
  for (const yaml of whole)
    expect(await codesOf(yaml, { profiles: ["*"], files: { "secrets.env": "A=1" } })).toEqual([]);
});
