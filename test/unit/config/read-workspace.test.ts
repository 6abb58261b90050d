import { execFileSync } from "node:child_process";
import { mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { describe, expect, test } from "vitest";
import { readServicesFile } from "../../../scripts/lib/config/read-services-file.ts";
import { readWorkspace } from "../../../scripts/lib/config/read-workspace.ts";
import { UserError } from "../../../scripts/lib/diagnostic/user-error.ts";
import { codesOf, folderWith, problemsOf, warningsOf } from "./services-folder.ts";
import { readWorkspaceOf, workspaceCodes, workspaceProblems } from "./workspace-folder.ts";

const whole = `workspace:
  root: repos
  allow_outside: [../shared, /nowhere/at/all]
  repositories:
    scan: { depth: 2, markers: [.git], exclude: [build, "old/*"], nested: true }
    list:
      - { name: auth, path: backend/auth-service, tags: [backend, go, go], env: { A: b }, timeout: 600 }
      - { path: ../elsewhere, env: [B=c] }
  groups: { web: ["frontend/*"], core: { tags: "backend && !legacy" } }
  commands:
    query: { argv: [cidx, query, "{args}"], mode: parallel }
    status: { argv: [cidx, status], timeout: 60, weight: cpu, env: { C: 1.10 } }
    watch: { argv: [cidx, watch], mode: watch, restart: on-failure, max_restarts: 3 }
    start: { argv: [cidx, start, 5], mode: sequential, keep_going: true }
  program: cidx
  run: { jobs: 7, timeout: 2m, kill_grace: 0, output: grouped }
`;

const noSpan = expect.objectContaining({ length: expect.any(Number) });

describe("what is written", () => {
  test("every key", async () => {
    using folder = folderWith({ "services.yaml": whole, "repos/a": "", "shared/a": "" });
    const file = join(folder.path, "services.yaml");
    const read = await readWorkspace({ file, cwd: "/", ambient: {}, cache: null });
    const plain = {
      timeoutMs: null,
      weight: "io",
      keepGoing: false,
      restart: "no",
      maxRestarts: null,
      environment: {},
    };
    expect(read).toEqual({
      root: folder.path,
      warnings: [],
      workspace: {
        root: join(folder.path, "repos"),
        allowOutside: [join(folder.path, "shared"), "/nowhere/at/all"],
        scan: { depth: 2, markers: [".git"], exclude: ["build", "old/*"], nested: true },
        list: [
          {
            name: "auth",
            path: "backend/auth-service",
            tags: ["backend", "go"],
            environment: { A: "b" },
            timeoutMs: 600_000,
            span: noSpan,
          },
          { name: null, path: "../elsewhere", tags: [], environment: { B: "c" }, timeoutMs: null, span: noSpan },
        ],
        groups: new Map<string, object>([
          ["web", { kind: "names", globs: ["frontend/*"] }],
          ["core", { kind: "tags", expression: "backend && !legacy" }],
        ]),
        commands: new Map<string, object>([
          ["query", { ...plain, name: "query", argv: ["cidx", "query", "{args}"], mode: "parallel" }],
          [
            "status",
            {
              ...plain,
              name: "status",
              argv: ["cidx", "status"],
              mode: "parallel",
              timeoutMs: 60_000,
              weight: "cpu",
              environment: { C: "1.10" },
            },
          ],
          [
            "watch",
            {
              ...plain,
              name: "watch",
              argv: ["cidx", "watch"],
              mode: "watch",
              restart: "on-failure",
              maxRestarts: 3,
            },
          ],
          ["start", { ...plain, name: "start", argv: ["cidx", "start", "5"], mode: "sequential", keepGoing: true }],
        ]),
        program: "cidx",
        run: { jobs: 7, timeoutMs: 120_000, killGraceMs: 0, output: "grouped" },
        isParallel: true,
      },
    });
    const [auth] = read.workspace.list;
    expect(whole.slice(auth?.span.offset).startsWith("backend/auth-service")).toBe(true);
  });

  test("variables are put in, from the environment and .env, and not from the services' environment", async () => {
    const yaml = [
      "environment: { B: services }",
      "workspace:",
      "  program: ${A}",
      "  repositories: { list: [{ path: '${B:-none}', name: '$${B}', env: { PASSED: , GONE: } }] }",
      "  groups: { web: ['${C}*'], core: { tags: '${A} || x' } }",
      "  commands: { x: { argv: [echo, '${A}', '${D:-}', '$${D}'], timeout: '${T}' } }",
      "  run: { jobs: '${J:-4}', output: '${O:-quiet}' }",
    ].join("\n");
    const { workspace, warnings } = await readWorkspaceOf(yaml, {
      ambient: { A: "ambient", C: "front", PASSED: "on" },
      files: { ".env": "A=file\nT=1m\n" },
    });
    expect(warnings).toEqual([]);
    expect(workspace).toMatchObject({ program: "ambient", run: { jobs: 4, output: "quiet" } });
    expect(workspace.list).toMatchObject([{ path: "none", name: "${B}", environment: { PASSED: "on" } }]);
    expect([...workspace.groups.values()]).toEqual([
      { kind: "names", globs: ["front*"] },
      { kind: "tags", expression: "ambient || x" },
    ]);
    expect(workspace.commands.get("x")).toMatchObject({
      argv: ["echo", "ambient", "", "${D}"],
      timeoutMs: 60_000,
    });
  });

  test("anchors and merges", async () => {
    const yaml =
      "x-t: &t { mode: sequential, timeout: 5 }\nworkspace: { commands: { a: { <<: *t, argv: [x] }, b: { <<: *t, argv: [y] } } }";
    const { workspace } = await readWorkspaceOf(yaml);
    expect([...workspace.commands.values()]).toMatchObject([
      { name: "a", argv: ["x"], mode: "sequential", timeoutMs: 5_000 },
      { name: "b", argv: ["y"], mode: "sequential", timeoutMs: 5_000 },
    ]);
  });

  test.each([
    ["{}", { depth: 4, markers: [".git", ".jj"], exclude: ["node_modules", "vendor"], nested: false }],
    ["{ scan: true }", { depth: 4 }],
    ["{ scan: { depth: 0 } }", { depth: 0, markers: [".git", ".jj"], exclude: ["node_modules", "vendor"] }],
    ["{ scan: { exclude: [] } }", { depth: 4, exclude: [] }],
    ["{ scan: false }", null],
    ["{ list: [{ path: a }] }", null],
    ["{ list: [] }", { depth: 4 }],
    ["{ list: }", { depth: 4 }],
    ["{ scan: {}, list: [{ path: a }] }", { depth: 4 }],
  ])("repositories: %s", async (written, scan) => {
    const { workspace } = await readWorkspaceOf(`workspace: { repositories: ${written} }`);
    if (scan === null) expect(workspace.scan).toBeNull();
    else expect(workspace.scan).toMatchObject(scan);
  });
});

test("the examples of the reference are read without a word", async () => {
  const reference = readFileSync(join(import.meta.dirname, "../../../docs/services-yaml.md"), "utf8");
  const blocks = [...reference.matchAll(/```yaml\n([^]*?)```/g)].map(([, yaml = ""]) => yaml);
  const examples = blocks.filter((yaml) => /^workspace:/m.test(yaml));
  expect(examples).toHaveLength(1);
  for (const yaml of examples) expect((await readWorkspaceOf(yaml)).warnings).toEqual([]);
});

describe("defaults", () => {
  const standard = {
    allowOutside: [],
    scan: { depth: 4, markers: [".git", ".jj"], exclude: ["node_modules", "vendor"], nested: false },
    list: [],
    groups: new Map(),
    commands: new Map(),
    program: null,
    run: { jobs: null, timeoutMs: 300_000, killGraceMs: 5_000, output: "auto" },
    isParallel: true,
  };

  test.each(["services: {}\n", "workspace:\n", "workspace: {}\n", "name: x\n", "{}\n"])("of %j", async (yaml) => {
    const { workspace, root } = await readWorkspaceOf(yaml);
    expect(workspace).toEqual({ ...standard, root });
  });

  test("without a file: at the folder one is in, its real path; a .env there is somebody else's", async () => {
    using folder = folderWith({ "here/.env": "no equals sign\nENABLE_PARALLEL_OPERATIONS=false\n" });
    symlinkSync("here", join(folder.path, "link"));
    const cwd = join(folder.path, "link");
    const root = join(folder.path, "here");
    expect(await readWorkspace({ file: null, cwd, ambient: {}, cache: null })).toEqual({
      root,
      warnings: [],
      workspace: { ...standard, root },
    });
    const ambient = { ENABLE_PARALLEL_OPERATIONS: "false" };
    expect(await readWorkspace({ file: null, cwd, ambient, cache: null })).toMatchObject({
      workspace: { isParallel: false },
    });
    await expect(
      readWorkspace({ file: null, cwd, ambient: { ENABLE_PARALLEL_OPERATIONS: "maybe" }, cache: null }),
    ).rejects.toMatchObject({ problems: [{ code: "SETTING_INVALID" }] });
  });
});

test("ENABLE_PARALLEL_OPERATIONS: settings, .env, the environment, the latter stronger", async () => {
  const isParallel = async (settings: string, env: string, ambient?: string): Promise<boolean> => {
    const { workspace } = await readWorkspaceOf(`settings: { ${settings} }\nworkspace: {}\n`, {
      files: { ".env": env },
      ambient: { ENABLE_PARALLEL_OPERATIONS: ambient },
    });
    return workspace.isParallel;
  };
  expect(await isParallel("", "")).toBe(true);
  expect(await isParallel("enable_parallel_operations: false", "")).toBe(false);
  expect(await isParallel("enable_parallel_operations: false", "ENABLE_PARALLEL_OPERATIONS=true")).toBe(true);
  expect(await isParallel("", "ENABLE_PARALLEL_OPERATIONS=true", "false")).toBe(false);
  // It is not what starts or stops services that counts.
  expect(await isParallel("parallel_start_enabled: false, parallel_kill_enabled: false", "")).toBe(true);
});

describe("the root", () => {
  test("is a real path, and so are folders outside that are there", async () => {
    using folder = folderWith({ "shop/services.yaml": "workspace: { root: ../link, allow_outside: [../out] }" });
    mkdirSync(join(folder.path, "real/out"), { recursive: true });
    symlinkSync("real", join(folder.path, "link"));
    symlinkSync("real/out", join(folder.path, "out"));
    const file = join(folder.path, "shop/services.yaml");
    const { workspace, root } = await readWorkspace({ file, cwd: "/", ambient: {}, cache: null });
    expect(root).toBe(join(folder.path, "shop"));
    expect(workspace.root).toBe(join(folder.path, "real"));
    expect(workspace.allowOutside).toEqual([join(folder.path, "real/out")]);
  });

  test("that is not there, or no folder, is an error of what runs there, not of a start", async () => {
    const yaml = "services: {}\nworkspace: { root: gone }\n";
    expect(await workspaceProblems(yaml)).toMatchObject([
      { code: "VALUE_INVALID", message: 'workspace.root is not there: "gone"' },
    ]);
    expect(await codesOf(yaml)).toEqual([]);
    expect(await workspaceProblems(yaml, { files: { gone: "" } })).toMatchObject([
      { message: 'workspace.root is not a folder: "gone"', place: { line: 2, column: 20 } },
    ]);
  });

  test("that leads nowhere, in a circle", async () => {
    using folder = folderWith({ "services.yaml": "workspace: { root: around }" });
    symlinkSync("around", join(folder.path, "around"));
    const file = join(folder.path, "services.yaml");
    await expect(readWorkspace({ file, cwd: "/", ambient: {}, cache: null })).rejects.toThrow(
      /workspace\.root cannot be entered \(ELOOP\): "around"/,
    );
  });
});

describe("beside services", () => {
  test("their mistakes keep nobody from running something", async () => {
    const yaml = [
      "environment: { A: '${GONE:?needed}', B: [1] }",
      "services: { a: { comand: x, ports: ['8000:80'] }, events: { command: '${' }, b: 5 }",
      "workspace: { program: make }",
    ].join("\n");
    const { workspace, warnings } = await readWorkspaceOf(yaml);
    expect(workspace.program).toBe("make");
    expect(warnings).toEqual([]);
    expect((await problemsOf(yaml)).length).toBeGreaterThanOrEqual(6);
    expect(await readWorkspaceOf("services: 5\nworkspace: {}\n")).toMatchObject({ warnings: [] });
  });

  test("mistakes of all else do: YAML, unknown keys, settings, env files", async () => {
    const yaml = [
      "services: { a: { comand: x } }",
      "worksapce: {}",
      "settings: { parallel_kill_timeout: -1 }",
      "workspace: { program: '', run: { job: 1 } }",
    ].join("\n");
    expect(await workspaceCodes(yaml, { files: { ".env": "no equals sign\n" } })).toEqual([
      "KEY_UNKNOWN 2:1",
      "SETTING_INVALID 3:36",
      "VALUE_INVALID 4:23",
      "KEY_UNKNOWN 4:34",
      "ENV_FILE_SYNTAX .env:1:1",
    ]);
    expect(await workspaceCodes("services: { a: [ }\nworkspace: {}\n")).toContain("YAML_SYNTAX 1:18");
    expect(await workspaceCodes("env_file: gone.env\nworkspace: {}\n")).toEqual(["ENV_FILE_NOT_FOUND 1:11"]);
    expect(await workspaceCodes("# nothing\n")).toEqual(["KEY_MISSING 1:1"]);
    expect(await workspaceCodes("[a]\n")).toEqual(["VALUE_INVALID 1:1"]);
  });

  test("whoever starts them is told of both, at once", async () => {
    expect(await codesOf("services: { a: { comand: x } }\nworkspace: { program: '', run: { jobs: 0 } }\n")).toEqual([
      "KEY_MISSING 1:13",
      "KEY_UNKNOWN 1:18",
      "VALUE_INVALID 2:23",
      "VALUE_INVALID 2:40",
    ]);
    expect(await warningsOf("services: {}\nworkspace: { program: 'a${GONE}' }\n")).toEqual(["VARIABLE_UNSET 2:25"]);
  });

  test("a workspace alone starts nothing, and a reload that lost its services stops nothing", async () => {
    expect(await problemsOf("workspace: {}\n")).toMatchObject([
      {
        code: "KEY_MISSING",
        message: "The file has a workspace and no services",
        hint: "Add it; a file without any service says services: {}.",
        place: { line: 1, column: 1 },
      },
    ]);
    expect(await codesOf("{}\n")).toEqual(["KEY_MISSING 1:1"]);
  });

  test("an edit of the workspace changes no service", async () => {
    const services = "services: { a: { command: x, environment: { A: 1 } } }\n";
    using folder = folderWith({});
    const file = join(folder.path, "services.yaml");
    const hashesOf = async (text: string): Promise<unknown> => {
      writeFileSync(file, text);
      const read = await readServicesFile({ file, ambient: {}, profiles: [] });
      return read.services.map(({ specHash, specKeys }) => ({ specHash, specKeys }));
    };
    const before = await hashesOf(services);
    expect(await hashesOf(`workspace: { program: make }\n${services}`)).toEqual(before);
    expect(await hashesOf(services.replace("A: 1", "A: 2"))).not.toEqual(before);
  });
});

describe("what was read before", () => {
  test("is the same when it is remembered", async () => {
    using folder = folderWith({ "services.yaml": `services: { a: { command: x } }\n${whole}`, "repos/a": "" });
    const cache = { folder: join(folder.path, "cache"), build: "1" };
    const options = { file: join(folder.path, "services.yaml"), cwd: "/", ambient: {}, cache };
    const first = await readWorkspace(options);
    expect(readdirSync(cache.folder)).toHaveLength(1);
    expect(await readWorkspace(options)).toEqual(first);
  });

  test("a file with mistakes, in the services too, is never remembered", async () => {
    using folder = folderWith({ "services.yaml": "services: { a: { comand: x } }\nworkspace: {}\n" });
    const file = join(folder.path, "services.yaml");
    const cache = { folder: join(folder.path, "cache"), build: "1" };
    await readWorkspace({ file, cwd: "/", ambient: {}, cache });
    expect(readdirSync(folder.path)).toEqual(["services.yaml"]);
    writeFileSync(file, "services: { a: { command: x } }\nworkspace: { rot: . }\n");
    await expect(readWorkspace({ file, cwd: "/", ambient: {}, cache })).rejects.toThrow(UserError);
    expect(readdirSync(folder.path)).toEqual(["services.yaml"]);
  });

  test("and neither yaml nor zod is loaded for it", () => {
    using folder = folderWith({ "services.yaml": whole, "repos/a": "" });
    const script = join(folder.path, "read.mjs");
    const module = pathToFileURL(join(import.meta.dirname, "../../../scripts/lib/config/read-workspace.ts"));
    writeFileSync(
      script,
      `import { registerHooks } from "node:module";
      const packages = new Set();
      registerHooks({ load(url, context, next) {
        const name = /node_modules\\/([^/]+)/.exec(url)?.[1];
        if (name) packages.add(name);
        return next(url, context);
      } });
      const { readWorkspace } = await import(${JSON.stringify(module)});
      const cache = { folder: ${JSON.stringify(join(folder.path, "cache"))}, build: "1" };
      const file = ${JSON.stringify(join(folder.path, "services.yaml"))};
      await readWorkspace({ file, cwd: "/", ambient: {}, cache });
      process.stdout.write(JSON.stringify([...packages].sort()));`,
    );
    const loaded = (): unknown => JSON.parse(execFileSync(process.execPath, [script], { encoding: "utf8" }));
    expect(loaded()).toEqual(["yaml", "zod"]);
    expect(loaded()).toEqual([]);
  });
});
