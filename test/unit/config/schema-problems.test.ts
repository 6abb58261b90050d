import { describe, expect, test } from "vitest";
import { codesOf, problemsOf, web, wordsOf } from "./services-folder.ts";

describe("unknown keys", () => {
  test.each([
    ["a typing error", web("port: [1]"), 'Did you mean "ports"?'],
    ["another tool's word", web("env: { A: 1 }"), 'Did you mean "environment"?'],
    ["case and hyphen", web("Depends-On: [a]"), 'Did you mean "depends_on"?'],
    ["a container's word", web("volumes: [a]"), "Services are programs on this machine, not containers."],
    ["in a health check", web("healthcheck: { tcp: 1, intervall: 1 }"), 'Did you mean "interval"?'],
    ["in an http check", web("healthcheck: { http: { url: http://x, headrs: {} } }"), 'Did you mean "headers"?'],
    ["in an env file", web("env_file: [{ path: .env, require: false }]"), 'Did you mean "required"?'],
    ["at the top", `service: {}\n${web()}`, 'Did you mean "services"?'],
    ["a version", `version: "3"\n${web()}`, "Known keys: name, env_file, environment, settings, services, workspace."],
  ])("%s", async (_what, yaml, hint) => {
    expect((await problemsOf(yaml)).filter(({ code }) => code === "KEY_UNKNOWN")).toMatchObject([{ hint }]);
  });

  test("x- is for the user, at the top and in a service, and nowhere else", async () => {
    expect(await codesOf(`x-a: 1\n${web("x-b: { c: 1 }")}`)).toEqual([]);
    expect(await codesOf(web("healthcheck: { tcp: 1, x-c: 1 }"))).toEqual(["KEY_UNKNOWN 4:28"]);
    expect(await codesOf("services:\n  x-a: { command: x }\n")).toEqual([]);
    expect(await codesOf("services:\n  x-a: { comand: x, command: y }\n")).toEqual(["KEY_UNKNOWN 2:10"]);
  });

  test("as the user sees it", async () => {
    expect(await wordsOf(web("depend_on: [db]"))).toMatchInlineSnapshot(`
      "error[KEY_UNKNOWN]: Unknown key "depend_on" in services.web
       --> services.yaml:4:5
        |
      4 |     depend_on: [db]
        |     ^^^^^^^^^
      hint: Did you mean "depends_on"?"
    `);
  });
});

/** For each key of a service, values of a kind it does not take. A string stands for the YAML to write. */
const wrongKinds: Readonly<Record<string, readonly string[]>> = {
  command: ["5", "true", "{ a: b }", "[[a]]", "[~]", "''", "[]", "['']", "~"],
  working_dir: ["5", "true", "[a]", "{}", "~"],
  type: ["5", "true", "[task]", "job", "~"],
  depends_on: ["5", "db", "[5]", "[~]"],
  ports: ["5", "x", "{ a: 1 }", "[x]", "[true]", "[~]", "[[1]]"],
  healthcheck: ["5", "true", "[a]", "{}", "~", "{ tcp: }", "{ http: 5 }"],
  restart: ["5", "true", "false", "[no]", "maybe", "on-failure:", "on-failure:x", "on-failure:-1", "~"],
  on_unhealthy: ["5", "true", "[report]", "kill", "~"],
  stop_signal: ["true", "[SIGTERM]", "SIGFOO", "SIGSTOP", "0", "999", "~"],
  stop_grace_period: ["true", "[1s]", "long", "-1", "-1s", "~", "''"],
  start_timeout: ["true", "[1s]", "long", "0", "0s", "~"],
  min_uptime: ["true", "[1s]", "long", "~"],
  environment: ["5", "A", "{ A: [1] }", "[5]", "[[A]]", "{ A: { b: c } }"],
  env_file: ["5", "true", "{ path: a }", "[5]", "[{ required: false }]", "[{ path: 5 }]"],
  profiles: ["5", "full", "{ a: b }", "[5]", "[~]"],
  stdin_open: ["5", "maybe", "[true]", "~", "1"],
  tty: ["5", "maybe", "[true]", "true", "yes"],
  keep_alive: ["5", "x", "{ a: b }", "[5]", "['(']"],
};

describe("values of the wrong kind", () => {
  const cases = Object.entries(wrongKinds).flatMap(([key, values]) => values.map((value) => [key, value] as const));

  test.each(cases)("%s: %s", async (key, value) => {
    const command = key === "command" ? "" : "command: x, ";
    const problems = await problemsOf(`services:\n  web: { ${command}${key}: ${value} }\n`);
    const places = problems.map(({ place }) => place?.column ?? 0);
    const keyColumn = 10 + command.length;
    expect(problems).toHaveLength(1);
    expect(places[0]).toBeGreaterThanOrEqual(keyColumn);
    expect(places[0]).toBeLessThanOrEqual(keyColumn + key.length + 2 + value.length);
    expect(problems[0]?.message).not.toMatch(/Invalid|expected|undefined|\[object/);
  });

  test.each(["depends_on", "ports", "environment", "env_file", "profiles", "keep_alive"])(
    "%s without a value is fine",
    async (key) => {
      expect(await codesOf(web(`${key}:`))).toEqual([]);
    },
  );

  test.each([
    ["name: [a]", ["VALUE_INVALID 1:7"]],
    ["name: 5", ["VALUE_INVALID 1:7"]],
    ["name: ''", ["VALUE_INVALID 1:7"]],
    ["env_file: 5", ["VALUE_INVALID 1:11"]],
    ["environment: [A=1, 5]", ["VALUE_INVALID 1:20"]],
    ["settings: []", ["VALUE_INVALID 1:11"]],
    ["settings: { debug: [] }", ["VALUE_INVALID 1:20"]],
    ["settings: { max_parallel_retries: true }", ["VALUE_INVALID 1:35"]],
  ])("at the top, %s", async (line, codes) => {
    expect(await codesOf(`${line}\n${web()}`)).toEqual(codes);
  });

  test("as the user sees it", async () => {
    expect(await wordsOf(web("ports: 8000", "working_dir: 2024", "restart: false", "profiles: [full, [dev]]")))
      .toMatchInlineSnapshot(`
        "error[VALUE_INVALID]: services.web.ports must be a list such as [8000], not 8000
         --> services.yaml:4:12
          |
        4 |     ports: 8000
          |            ^^^^

        error[VALUE_INVALID]: services.web.working_dir must be the path of a folder, not 2024
         --> services.yaml:5:18
          |
        5 |     working_dir: 2024
          |                  ^^^^
        hint: Put it in quotes: "2024".

        error[VALUE_INVALID]: services.web.restart must be no, on-failure, on-failure:N, always or unless-stopped, not false
         --> services.yaml:6:14
          |
        6 |     restart: false
          |              ^^^^^

        error[VALUE_INVALID]: services.web.profiles[1] must be the name of a profile, not a list
         --> services.yaml:7:22
          |
        7 |     profiles: [full, [dev]]
          |                      ^^^^^"
      `);
  });
});

describe("missing keys", () => {
  test("a command: at the service's name", async () => {
    expect(await wordsOf("services:\n  web: {}\n")).toMatchInlineSnapshot(`
      "error[KEY_MISSING]: The service "web" has no command
       --> services.yaml:2:3
        |
      2 |   web: {}
        |   ^^^
      hint: Say what to run: command: npm run dev."
    `);
  });

  test("services, and what is probably meant", async () => {
    expect(await wordsOf("name: x\nService:\n  web: {}\n")).toMatchInlineSnapshot(`
      "error[KEY_MISSING]: The key services is missing
       --> services.yaml:1:1
        |
      1 | name: x
        | ^
      hint: Is "Service" meant to be it?

      error[KEY_UNKNOWN]: Unknown key "Service" in services.yaml
       --> services.yaml:2:1
        |
      2 | Service:
        | ^^^^^^^
      hint: Did you mean "services"?"
    `);
  });
});

describe("names of services", () => {
  test.each(["a", "A-1_2.b", "1", "x".repeat(63), "events2", "true"])("%s is fine", async (name) => {
    expect(await codesOf(`services:\n  ${name}: { command: x }\n`)).toEqual([]);
  });

  test.each([
    ["-a", "SERVICE_NAME_INVALID 2:3"],
    [".hidden", "SERVICE_NAME_INVALID 2:3"],
    ["a b", "SERVICE_NAME_INVALID 2:3"],
    ["a/b", "SERVICE_NAME_INVALID 2:3"],
    ["../x", "SERVICE_NAME_INVALID 2:3"],
    ["naïve", "SERVICE_NAME_INVALID 2:3"],
    ["x".repeat(64), "SERVICE_NAME_INVALID 2:3"],
    ['""', "SERVICE_NAME_INVALID 2:3"],
    ["~", "SERVICE_NAME_INVALID 2:3"],
    ["supervisor", "SERVICE_NAME_RESERVED 2:3"],
    ["startup_debug", "SERVICE_NAME_RESERVED 2:3"],
    ["events", "SERVICE_NAME_RESERVED 2:3"],
    ["watch", "SERVICE_NAME_RESERVED 2:3"],
    ["Watch", "SERVICE_NAME_RESERVED 2:3"],
  ])("%s is not", async (name, code) => {
    expect(await codesOf(`services:\n  ${name}: { command: x }\n`)).toEqual([code]);
  });

  test("names that differ in case only", async () => {
    expect(await wordsOf("services:\n  Web: { command: x }\n  web: { command: x }\n")).toMatchInlineSnapshot(`
      "error[SERVICE_NAME_DUPLICATE]: "web" and "Web" differ in case only
       --> services.yaml:3:3
        |
      3 |   web: { command: x }
        |   ^^^
       --> services.yaml:2:3 (first here)
        |
      2 |   Web: { command: x }
        |   ^^^
      hint: Logs and process records are files named after the service, and some file systems take both for one."
    `);
  });
});

test("tty", async () => {
  expect(await wordsOf(web("tty: true"))).toMatchInlineSnapshot(`
    "error[TTY_UNSUPPORTED]: Services run without a terminal
     --> services.yaml:4:10
      |
    4 |     tty: true
      |          ^^^^
    hint: Remove tty. A program that ends when its input ends needs stdin_open: true."
  `);
  expect(await codesOf(web("tty: false"))).toEqual([]);
});
