import { describe, expect, test } from "vitest";
import { codesOf, read, type ReadOptions, specOf, warningsOf, web, wordsOf } from "./services-folder.ts";

const environmentOf = async (yaml: string, options: ReadOptions = {}): Promise<Readonly<Record<string, string>>> =>
  (await specOf(yaml, options)).environment;

describe("precedence", () => {
  const layers = [".env", "ambient", "top", "env_file", "own"] as const;

  test.each(layers.map((layer, index) => [layer, index] as const))(
    "%s beats what is below it",
    async (layer, index) => {
      const has = (name: (typeof layers)[number]): boolean => layers.indexOf(name) <= index;
      const yaml = `environment: { ${has("top") ? "A: top" : ""} }\n${web(
        "env_file: web.env",
        `environment: { ${has("own") ? "A: own" : ""} }`,
      )}`;
      const environment = await environmentOf(yaml, {
        ambient: has("ambient") ? { A: "ambient" } : {},
        files: { ".env": "A=.env", "web.env": has("env_file") ? "A=env_file" : "" },
      });
      expect(environment["A"]).toBe(layer);
    },
  );

  test("everything reaches the service, and PYTHONUNBUFFERED=1 unless set", async () => {
    const yaml = `environment: { C: "3" }\n${web("env_file: [d.env]", "environment: [E=5]")}`;
    const options = { ambient: { B: "2", UNDEFINED: undefined }, files: { ".env": "A=1", "d.env": "D=4" } };
    expect(await environmentOf(yaml, options)).toEqual({
      A: "1",
      B: "2",
      C: "3",
      D: "4",
      E: "5",
      PYTHONUNBUFFERED: "1",
    });
    expect(await environmentOf(web(), { ambient: { PYTHONUNBUFFERED: "" } })).toEqual({ PYTHONUNBUFFERED: "" });
  });

  test("the file's own env_file replaces .env", async () => {
    const files = { ".env": "A=1", "other.env": "B=2" };
    expect(await environmentOf(`env_file: other.env\n${web()}`, { files })).toMatchObject({ B: "2" });
    expect(await environmentOf(`env_file: other.env\n${web()}`, { files })).not.toHaveProperty("A");
    expect(await environmentOf(`env_file: [.env, other.env]\n${web()}`, { files })).toMatchObject({ A: "1", B: "2" });
    expect(await environmentOf(`env_file:\n${web()}`, { files })).toMatchObject({ A: "1" });
  });

  test("a folder named .env, as Python environments have it, is no env file", async () => {
    await expect(environmentOf(web(), { files: { ".env/bin/python": "" } })).resolves.toEqual({
      PYTHONUNBUFFERED: "1",
    });
  });
});

describe("what is kept from services", () => {
  const ambient = {
    npm_config_x: "1",
    npm_lifecycle_event: "start_dev",
    INIT_CWD: "/x",
    GROUNDSWELL_SERVICE: "x",
    GROUNDSWELL_DIST: "1",
    PARALLEL_START_TIMEOUT: "9",
    ENABLE_PARALLEL_OPERATIONS: "true",
    DEBUG: "express:*",
    WATCH_MAX_FILES: "1",
    WATCHER_PORT: "1",
    WATCHING: "kept",
    npm: "kept",
    NO_COLOR: "1",
  };

  test("npm's and our own variables", async () => {
    expect(await environmentOf(web(), { ambient })).toEqual({
      WATCHING: "kept",
      npm: "kept",
      NO_COLOR: "1",
      PYTHONUNBUFFERED: "1",
    });
  });

  test("our own also where .env sets them", async () => {
    expect(await environmentOf(web(), { files: { ".env": "DEBUG=true\nPARALLEL_START_TIMEOUT=5\nA=1" } })).toEqual({
      A: "1",
      PYTHONUNBUFFERED: "1",
    });
  });

  test.each([
    ["in environment, with a value", "environment: { DEBUG: mine }", "mine"],
    ["in environment, passed on", "environment: [DEBUG]", "express:*"],
    ["in environment, passed on by null", "environment: { DEBUG: }", "express:*"],
    ["in a shell string", "healthcheck: { exec: 'test -n \"$DEBUG\"' }", "express:*"],
    ["in any other string", 'keep_alive: ["${DEBUG}"]', "express:*"],
  ])("unless the service names them %s", async (_where, line, value) => {
    const environment = await environmentOf(web(line), { ambient: { ...ambient, DEBUG: "express:*" } }).catch(String);
    // `express:*` is a pattern, too.
    expect(environment).toMatchObject({ DEBUG: value });
    expect(environment).not.toHaveProperty("WATCHER_PORT");
  });

  test("one service naming a variable does not give it to another", async () => {
    const yaml = "services:\n  a: { command: 'echo $DEBUG' }\n  b: { command: echo }\n";
    const { services } = await read(yaml, { ambient });
    expect(services.map(({ environment }) => environment["DEBUG"])).toEqual(["express:*", undefined]);
  });
});

describe("values of environment", () => {
  test("numbers, booleans and yes are the text that was written", async () => {
    const yaml = web("environment: { A: 1.10, B: 0x1F, C: true, D: yes, E: 007, F: 1e3, G: '', H: \"a\\nb\" }");
    expect(await environmentOf(yaml)).toMatchObject({
      A: "1.10",
      B: "0x1F",
      C: "true",
      D: "yes",
      E: "007",
      F: "1e3",
      G: "",
      H: "a\nb",
    });
  });

  test("a list of NAME=value, the value being all behind the first equals sign", async () => {
    expect(await environmentOf(web('environment: ["A=b=c", "B=", C, D]'), { ambient: { C: "3" } })).toEqual({
      A: "b=c",
      B: "",
      C: "3",
      PYTHONUNBUFFERED: "1",
    });
  });

  test("variables see the layers below, not each other", async () => {
    const yaml = `environment: { A: "top-\${A}", B: "\${A}" }\n${web(
      "env_file: web.env",
      'environment: { A: "own-${A}", C: "${A}-${B}-${F}" }',
    )}`;
    const files = { ".env": "A=env", "web.env": "F=file-${A}\nG=${F}!" };
    expect(await environmentOf(yaml, { files })).toMatchObject({
      A: "own-top-env",
      B: "env",
      C: "top-env-env-file-top-env",
      F: "file-top-env",
      G: "file-top-env!",
    });
  });

  test("strings of a service see its environment, shell strings see nothing", async () => {
    const yaml = [
      "services:",
      "  web:",
      '    command: "serve ${PORT} $PORT $$"',
      '    ports: ["${PORT}"]',
      '    working_dir: "${DIR:-sub}"',
      "    environment: { PORT: 8000 }",
      '    healthcheck: { test: [CMD-SHELL, "test ${PORT}"] }',
      "",
    ].join("\n");
    expect(await specOf(yaml, { ambient: { PORT: "1" } })).toMatchObject({
      command: { kind: "shell", text: "serve ${PORT} $PORT $$" },
      ports: [{ host: null, port: 8000 }],
      cwd: expect.stringMatching(/\/sub$/),
      healthCheck: { kind: "exec", command: { kind: "shell", text: "test ${PORT}" } },
    });
  });

  test("fields of the file see .env and the ambient environment", async () => {
    const yaml = `name: "\${A}-\${B}"\nsettings: { max_parallel_retries: "\${N}" }\n${web()}`;
    const file = await read(yaml, { ambient: { A: "ambient", N: "7" }, files: { ".env": "A=env\nB=env" } });
    expect(file).toMatchObject({ name: "ambient-env", settings: { maxRetries: 7 } });
  });

  test("names that cannot be names", async () => {
    expect(await codesOf(web('environment: ["=x", "A B=1"]'))).toEqual(["VALUE_INVALID 4:19", "VALUE_INVALID 4:25"]);
    expect(await codesOf(web('environment: { "A=B": 1, A: "x\\0y" }'))).toEqual([
      "VALUE_INVALID 4:27",
      "VALUE_INVALID 4:33",
    ]);
  });
});

describe("problems of interpolation", () => {
  test("an unset variable: a warning where it stands", async () => {
    const yaml = web('environment: { A: "x${NONE}y" }', "keep_alive:", "  - >-", "    folded ${GONE}", "    text");
    expect(await warningsOf(yaml)).toEqual(["VARIABLE_UNSET 4:25", "VARIABLE_UNSET 7:16"]);
  });

  test.each([
    ["plain", "working_dir: a${1}", 21],
    ["double-quoted", 'working_dir: "a${1}"', 22],
    ["single-quoted", "working_dir: 'it''s ${1}'", 27],
    ["with an escape before", 'working_dir: "\\t$$\\t${1}"', 27],
    ["with a dollar sign that is escaped", 'working_dir: "\\x24 ${1}"', 18],
  ])("malformed, %s: at the very character", async (_style, line, column) => {
    expect(await codesOf(web(line))).toEqual([`INTERPOLATION_SYNTAX 4:${column}`]);
  });

  test("a variable that must be set", async () => {
    expect(await wordsOf(web('environment: { KEY: "${API_KEY:?see docs/keys.md}" }'))).toMatchInlineSnapshot(`
      "error[INTERPOLATION_REQUIRED]: The variable API_KEY is not set or empty: see docs/keys.md
       --> services.yaml:4:26
        |
      4 |     environment: { KEY: "\${API_KEY:?see docs/keys.md}" }
        |                          ^^^^^^^^^^^^^^^^^^^^^^^^^^^^
      hint: Set it in .env or in the environment."
    `);
  });
});

describe("env files", () => {
  test("missing: at its name, unless it need not be there", async () => {
    expect(await codesOf(web("env_file: gone.env"))).toEqual(["ENV_FILE_NOT_FOUND 4:15"]);
    expect(await codesOf(web("env_file: [{ path: gone.env }]"))).toEqual(["ENV_FILE_NOT_FOUND 4:24"]);
    expect(await codesOf(web("env_file: [{ path: gone.env, required: false }]"))).toEqual([]);
    expect(await codesOf(`env_file: gone.env\n${web()}`)).toEqual(["ENV_FILE_NOT_FOUND 1:11"]);
    expect(await codesOf(web('env_file: ""'))).toEqual(["VALUE_INVALID 4:15"]);
  });

  test("a folder, and bytes that are no text", async () => {
    expect(await wordsOf(web("env_file: sub"), { files: { "sub/x": "" } })).toMatchInlineSnapshot(`
      "error[ENV_FILE_NOT_FOUND]: The env file sub cannot be read: it is a folder
       --> services.yaml:4:15
        |
      4 |     env_file: sub
        |               ^^^"
    `);
    expect(await codesOf(web("env_file: b.env"), { files: { "b.env": "A=\0" } })).toEqual(["ENV_FILE_NOT_FOUND 4:15"]);
    expect(await codesOf(web(), { files: { ".env": "A=\0" } })).toEqual(["ENV_FILE_NOT_FOUND"]);
  });

  test("syntax: in the env file, behind the problems of services.yaml", async () => {
    const yaml = web("env_file: [web.env]", "restart: maybe");
    const files = { ".env": "fine=1\nnot fine", "web.env": "A='" };
    expect(await codesOf(yaml, { files })).toEqual([
      "VALUE_INVALID 5:14",
      "ENV_FILE_SYNTAX .env:2:1",
      "ENV_FILE_SYNTAX web.env:1:3",
    ]);
  });

  test("two services with the same faulty file: said once", async () => {
    const yaml = "services:\n  a: { command: x, env_file: e }\n  b: { command: x, env_file: e }\n";
    expect(await codesOf(yaml, { files: { e: "oops" } })).toEqual(["ENV_FILE_SYNTAX e:1:1"]);
  });

  test("later files win, and see the earlier ones", async () => {
    const files = { "a.env": "A=1\nB=1", "b.env": "B=2\nC=${A}${B}" };
    expect(await environmentOf(web("env_file: [a.env, b.env]"), { files })).toMatchObject({ A: "1", B: "2", C: "12" });
  });
});
