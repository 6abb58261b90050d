import { describe, expect, test } from "vitest";
import { codesOf } from "./services-folder.ts";
import { commandOf, readWorkspaceOf, workspaceCodes, workspaceProblems, workspaceWords } from "./workspace-folder.ts";

/** By the way to a key, values it does not take; each is one problem, at the value or its key. */
const wrongValues: readonly (readonly [before: string, key: string, after: string, values: readonly string[]])[] = [
  ["", "workspace", "", ["5", "[a]", "text", "false"]],
  ["workspace: { ", "root", " }", ["5", "[a]", "{}", "~", "''", '"~/src"', '"a\\0b"']],
  ["workspace: { ", "allow_outside", " }", ["a", "{}", "[5]", "['']", "['~']"]],
  ["workspace: { ", "program", " }", ["5", "[a]", "~", "''", "' '", "make -j4"]],
  ["workspace: { ", "repositories", " }", ["5", "[a]", "true"]],
  ["workspace: { repositories: { ", "scan", " } }", ["5", "[a]", "~", "yes", "maybe"]],
  ["workspace: { repositories: { scan: { ", "depth", " } } }", ["-1", "1.5", "deep", "true", "[1]", "~", "''"]],
  ["workspace: { repositories: { scan: { ", "markers", " } } }", ["a", "[]", "[5]", "['']", "[a/b]", "[..]", "~"]],
  ["workspace: { repositories: { scan: { ", "exclude", " } } }", ["a", "{}", "[5]", "['']", "~"]],
  ["workspace: { repositories: { scan: { ", "nested", " } } }", ["5", "yes", "maybe", "~", "[true]"]],
  ["workspace: { repositories: { ", "list", " } }", ["a", "{}", "[a]", "[5]", "[~]", "[[a]]", "[{ name: a }]", "[{}]"]],
  ["workspace: { repositories: { list: [{ ", "path", " }] } }", ["5", "~", "''", "[a]", "'~/a'", '"a\\0b"']],
  ["workspace: { repositories: { list: [{ path: a, ", "name", " }] } }", ["5", "~", "''", "' '", "[a]", '"\\0"']],
  ["workspace: { repositories: { list: [{ path: a, ", "tags", " }] } }", ["a", "[5]", "['']", "[a b]", "['a&b']"]],
  ["workspace: { repositories: { list: [{ path: a, ", "env", " }] } }", ["5", "A", "{ A: [1] }", "[5]", "['=1']"]],
  ["workspace: { repositories: { list: [{ path: a, ", "timeout", " }] } }", ["0", "-1", "soon", "true", "~", "600h"]],
  ["workspace: { ", "groups", " }", ["5", "[a]", "text"]],
  ["workspace: { groups: { ", "web", " } }", ["5", "a", "~", "[]", "[5]", "['']", "{}", "{ tags: }", "{ tags: [a] }"]],
  [
    "workspace: { groups: { ",
    "web",
    " } }",
    ["{ tags: '' }", "{ tags: 'a &&' }", "{ tags: a b }", "{ tgas: a, tags: b }"],
  ],
  ["workspace: { groups: { ", "-web", " } }", ["[a]"]],
  ["workspace: { ", "commands", " }", ["5", "[a]", "text"]],
  ["workspace: { commands: { ", "x", " } }", ["5", "[a]", "a b", "~", "{}", "{ mode: parallel }"]],
  ["workspace: { commands: { ", "-x", " } }", ["{ argv: [a] }"]],
  ["workspace: { commands: { ", "'a b'", " } }", ["{ argv: [a] }"]],
  ["workspace: { commands: { x: { ", "argv", " } } }", ["a", "5", "~", "[]", "['']", "[~]", "[[a]]", '["a\\0"]']],
  ["workspace: { commands: { x: { ", "argv", " } } }", ["[a, '{nmae}']", "[a, 'x{repo}y']", "['{program}']"]],
  ["workspace: { commands: { x: { argv: [a], ", "mode", " } } }", ["5", "~", "paralel", "[watch]", "true"]],
  ["workspace: { commands: { x: { argv: [a], ", "timeout", " } } }", ["0", "0s", "-1", "-5s", "soon", "true", "~"]],
  ["workspace: { commands: { x: { argv: [a], ", "weight", " } } }", ["5", "~", "gpu", "[cpu]"]],
  ["workspace: { commands: { start: { argv: [a], ", "keep_going", " } } }", ["5", "~", "yes", "[true]"]],
  ["workspace: { commands: { watch: { argv: [a], ", "restart", " } } }", ["false", "~", "always", "on-failure:3"]],
  [
    "workspace: { commands: { watch: { argv: [a], restart: on-failure, ",
    "max_restarts",
    " } } }",
    ["0", "-1", "1.5", "many", "true", "~"],
  ],
  ["workspace: { commands: { x: { argv: [a], ", "env", " } } }", ["5", "A", "{ A: { b: c } }", "[{}]", "{ 'A B': 1 }"]],
  ["workspace: { ", "run", " }", ["5", "[a]", "fast"]],
  ["workspace: { run: { ", "jobs", " } }", ["0", "-1", "1.5", "many", "true", "~", "''", "1e9"]],
  ["workspace: { run: { ", "timeout", " } }", ["0", "-1", "soon", "true", "~", "''"]],
  ["workspace: { run: { ", "kill_grace", " } }", ["-1", "-1s", "soon", "true", "~"]],
  ["workspace: { run: { ", "output", " } }", ["5", "~", "all", "[json]"]],
];

describe("values that cannot be used", () => {
  const cases = wrongValues.flatMap(([before, key, after, values]) =>
    values.map((value) => [before, key, value, after] as const),
  );

  test.each(cases)("%s%s: %s%s", async (before, key, value, after) => {
    const yaml = `services: {}\n${before}${key}: ${value}${after}\n`;
    const problems = await workspaceProblems(yaml);
    const [column = 0] = problems.map(({ place }) => place?.column ?? 0);
    expect(problems).toHaveLength(1);
    expect(problems[0]?.place?.line).toBe(2);
    expect(column).toBeGreaterThan(before.length);
    expect(column).toBeLessThanOrEqual(before.length + key.length + 2 + value.length);
    expect(problems[0]?.message).not.toMatch(/Invalid|expected|undefined|\[object/);
    // Whoever starts services is told the very same.
    expect(await codesOf(yaml)).toEqual(await workspaceCodes(yaml));
  });

  test.each([
    "allow_outside:",
    "repositories:",
    "repositories: { list: }",
    "repositories: { list: [{ path: a, tags: , env: }] }",
    "groups:",
    "commands:",
    "run:",
    "run: {}",
    "groups: {}",
    "allow_outside: ['./~', /nowhere]",
    "program: /opt/my tools/make",
    "run: { jobs: '3', timeout: 0.5, kill_grace: 0 }",
    "repositories: { list: [{ path: .., name: 'a*b' }, { path: /etc }] }",
  ])("%s is fine", async (line) => {
    expect(await workspaceCodes(`workspace: { ${line} }\n`)).toEqual([]);
  });
});

describe("keys", () => {
  test.each([
    ["workspace: { repos: {} }", "Known keys: root, allow_outside, repositories, groups, commands, program, run."],
    ["workspace: { comands: {} }", 'Did you mean "commands"?'],
    ["workspace: { commands: { x: { argv: [a], command: b } } }", 'Did you mean "argv"?'],
    ["workspace: { commands: { x: { argv: [a], environment: {} } } }", 'Did you mean "env"?'],
    ["workspace: { repositories: { list: [{ path: a, tag: [a] }] } }", 'Did you mean "tags"?'],
    ["workspace: { repositories: { scan: { max: 1 } } }", "Known keys: depth, markers, exclude, nested."],
    ["workspace: { run: { workers: 3 } }", 'Did you mean "jobs"?'],
    ["workspaces: {}", 'Did you mean "workspace"?'],
  ])("%s", async (yaml, hint) => {
    expect(await workspaceProblems(`services: {}\n${yaml}\n`)).toMatchObject([{ code: "KEY_UNKNOWN", hint }]);
  });

  test("a text for a command or a repository: what to write instead", async () => {
    const yaml = "workspace: { commands: { up: make up }, repositories: { list: [a] } }\n";
    expect(await workspaceProblems(yaml)).toMatchObject([
      { message: expect.stringContaining("must be a map"), hint: expect.stringContaining("{ argv: [npm, test] }") },
      { message: expect.stringContaining("must be a map such as { path: backend/auth }"), hint: null },
    ]);
  });

  test("path and argv have to be there", async () => {
    expect(await workspaceWords("workspace:\n  commands: { x: { mode: watch } }\n  repositories: { list: [{}] }\n"))
      .toMatchInlineSnapshot(`
      "error[KEY_MISSING]: workspace.commands.x has no argv
       --> services.yaml:2:18
        |
      2 |   commands: { x: { mode: watch } }
        |                  ^^^^^^^^^^^^^^^

      error[KEY_MISSING]: workspace.repositories.list[0] has no path
       --> services.yaml:3:26
        |
      3 |   repositories: { list: [{}] }
        |                          ^^"
    `);
  });
});

describe("modes", () => {
  test.each([
    ["query", "parallel", false],
    ["status", "parallel", false],
    ["fix-config", "parallel", false],
    ["watch", "watch", false],
    ["start", "sequential", false],
    ["stop", "sequential", true],
    ["uninstall", "sequential", true],
    ["anything", "parallel", false],
    ["constructor", "parallel", false],
  ])("%s is %s by default", async (name, mode, keepGoing) => {
    expect(await commandOf(name, "{ argv: [a] }")).toMatchObject({ mode, keepGoing });
  });

  test("what is written counts", async () => {
    expect(await commandOf("watch", "{ argv: [a], mode: parallel }")).toMatchObject({ mode: "parallel" });
    expect(await commandOf("stop", "{ argv: [a], keep_going: false }")).toMatchObject({ keepGoing: false });
    expect(await commandOf("x", "{ argv: [a], mode: '${M:-watch}' }")).toMatchObject({ mode: "watch" });
  });

  test.each([
    ["x", "restart: no", "mode: watch"],
    ["x", "restart: on-failure", "mode: watch"],
    ["x", "max_restarts: 3", "mode: watch"],
    ["start", "restart: on-failure", "mode: watch"],
    ["x", "keep_going: true", "mode: sequential"],
    ["watch", "keep_going: true", "mode: sequential"],
    ["watch", "timeout: 5", "mode: parallel or sequential"],
    ["watch", "weight: cpu", "mode: parallel"],
    ["stop", "weight: io", "mode: parallel"],
  ])("%s: %s means nothing there", async (name, line, meant) => {
    const before = `workspace: { commands: { ${name}: { argv: [a], `;
    expect(await workspaceProblems(`${before}${line} } } }\n`)).toMatchObject([
      {
        code: "VALUE_INVALID",
        message: expect.stringMatching(/ means nothing in mode (parallel|sequential|watch)$/),
        hint: `Remove it, or write ${meant}.`,
        place: { line: 1, column: before.length + 1 },
      },
    ]);
  });

  test("restarts are counted only where there are any", async () => {
    const hint = "Write restart: on-failure, or remove it.";
    const counted = (restart: string) =>
      workspaceProblems(`workspace: { commands: { watch: { argv: [a], ${restart}max_restarts: 3 } } }\n`);
    expect(await counted("")).toMatchObject([{ hint }]);
    expect(await counted("restart: no, ")).toMatchObject([{ hint }]);
    expect(await counted("restart: on-failure, ")).toEqual([]);
  });
});

describe("placeholders", () => {
  test("known ones, and what only looks like one, are kept as they are", async () => {
    const argv = `[x, "{name}", "{path}/{rel}", "{branch}{index}", "{args}", '{"a":1}', "{}", "{A}", "{a b}", "{{", "{a1}", "$\${x}"]`;
    expect((await commandOf("x", `{ argv: ${argv} }`)).argv).toEqual([
      "x",
      "{name}",
      "{path}/{rel}",
      "{branch}{index}",
      "{args}",
      '{"a":1}',
      "{}",
      "{A}",
      "{a b}",
      "{{",
      "{a1}",
      "${x}",
    ]);
  });

  test("unknown ones", async () => {
    expect(await workspaceWords("workspace:\n  commands:\n    x: { argv: [a, '--dir={pth}', 'b {zzzzz}'] }\n"))
      .toMatchInlineSnapshot(`
      "error[VALUE_INVALID]: workspace.commands.x.argv[1] holds the unknown placeholder {pth}
       --> services.yaml:3:27
        |
      3 |     x: { argv: [a, '--dir={pth}', 'b {zzzzz}'] }
        |                           ^^^^^
      hint: Did you mean {path}?

      error[VALUE_INVALID]: workspace.commands.x.argv[2] holds the unknown placeholder {zzzzz}
       --> services.yaml:3:38
        |
      3 |     x: { argv: [a, '--dir={pth}', 'b {zzzzz}'] }
        |                                      ^^^^^^^
      hint: There are: {name} {path} {rel} {branch} {index} {args}."
    `);
  });
});

describe("what stands twice", () => {
  test("names and paths, also those a path gives", async () => {
    const list = [
      "{ name: a, path: x }",
      "{ name: a, path: y }",
      "{ path: ./x/ }",
      "{ name: z/w, path: q }",
      "{ path: z/w }",
      "{ name: other, path: q/../q }",
    ];
    const yaml = `workspace:\n  repositories:\n    list:\n${list.map((entry) => `      - ${entry}\n`).join("")}`;
    expect(await workspaceProblems(yaml)).toMatchObject([
      { message: 'Two repositories are named "a"', place: { line: 5 }, related: [{ place: { line: 4 } }] },
      { message: 'The path "x" is listed twice', place: { line: 6 }, related: [{ place: { line: 4 } }] },
      { message: 'Two repositories are named "z/w"', place: { line: 8 }, related: [{ place: { line: 7 } }] },
      { message: 'The path "q" is listed twice', place: { line: 9 }, related: [{ place: { line: 7 } }] },
    ]);
  });

  test("a command", async () => {
    expect(await workspaceCodes("workspace:\n  commands:\n    a: { argv: [x] }\n    a: { argv: [y] }\n")).toEqual([
      "YAML_DUPLICATE_KEY 4:5",
    ]);
  });
});

describe("tag expressions", () => {
  const at = async (expression: string): Promise<readonly string[]> =>
    await workspaceCodes(`workspace:\n  groups: { core: { tags: ${expression} } }\n`);

  test("the place is that of the fault, however the text is quoted", async () => {
    expect(await at("a && (b")).toEqual(["TAG_EXPRESSION_SYNTAX 2:32"]);
    expect(await at("'a && (b'")).toEqual(["TAG_EXPRESSION_SYNTAX 2:33"]);
    expect(await at('"a && (b"')).toEqual(["TAG_EXPRESSION_SYNTAX 2:33"]);
    expect(await at("'a &&'")).toEqual(["TAG_EXPRESSION_SYNTAX 2:32"]);
    // With escapes, or variables, it is the whole text that is shown.
    expect(await at('"\\x61 && (b"')).toEqual(["TAG_EXPRESSION_SYNTAX 2:27"]);
    expect(await at("'${X:-a} && (b'")).toEqual(["TAG_EXPRESSION_SYNTAX 2:27"]);
    expect(await workspaceProblems("workspace: { groups: { g: { tags: '${X:-a} b' } } }")).toMatchObject([
      { message: 'The tag expression lacks an operator before "b": "a b" (from ${X:-a} b)' },
    ]);
  });

  test("a ! without quotes is a tag of YAML", async () => {
    expect(await at("!legacy")).toContain("YAML_UNKNOWN_TAG 2:27");
  });

  test("in a block", async () => {
    const yaml = "workspace:\n  groups:\n    core:\n      tags: |-\n        a && b &\n";
    expect(await workspaceCodes(yaml)).toEqual(["TAG_EXPRESSION_SYNTAX 5:16"]);
  });
});

test("everything at once, by position, as the user sees it", async () => {
  const yaml = `workspace:
  root: gone
  repositories:
    scan: { depth: -1, marker: [.git] }
    list:
      - { name: auth, path: backend/auth, tags: [a b], timeout: 0 }
      - { name: auth, path: backend/auth2 }
      - { path: backend/auth }
  groups: { core: { tags: "backend && (legacy || old" } }
  commands:
    query: { argv: [cidx, "{agrs}"], mode: paralel }
    build: { argv: [], restart: on-failure }
  run: { jobs: 0, output: gruoped }
`;
  expect(await workspaceWords(yaml)).toMatchInlineSnapshot(`
    "error[VALUE_INVALID]: workspace.root is not there: "gone"
     --> services.yaml:2:9
      |
    2 |   root: gone
      |         ^^^^
    hint: It is relative to the folder of services.yaml.

    error[VALUE_INVALID]: workspace.repositories.scan.depth must be a whole number of at least 0, not -1
     --> services.yaml:4:20
      |
    4 |     scan: { depth: -1, marker: [.git] }
      |                    ^^

    error[KEY_UNKNOWN]: Unknown key "marker" in workspace.repositories.scan
     --> services.yaml:4:24
      |
    4 |     scan: { depth: -1, marker: [.git] }
      |                        ^^^^^^
    hint: Did you mean "markers"?

    error[VALUE_INVALID]: workspace.repositories.list[0].tags[0] cannot be a tag: "a b"
     --> services.yaml:6:50
      |
    6 |       - { name: auth, path: backend/auth, tags: [a b], timeout: 0 }
      |                                                  ^^^
    hint: Tags are letters, digits and . _ - : /, so that expressions can name them.

    error[VALUE_INVALID]: workspace.repositories.list[0].timeout must be longer than 0
     --> services.yaml:6:65
      |
    6 |       - { name: auth, path: backend/auth, tags: [a b], timeout: 0 }
      |                                                                 ^

    error[VALUE_INVALID]: Two repositories are named "auth"
     --> services.yaml:7:17
      |
    7 |       - { name: auth, path: backend/auth2 }
      |                 ^^^^
     --> services.yaml:6:17 (first here)
      |
    6 |       - { name: auth, path: backend/auth, tags: [a b], timeout: 0 }
      |                 ^^^^

    error[VALUE_INVALID]: The path "backend/auth" is listed twice
     --> services.yaml:8:17
      |
    8 |       - { path: backend/auth }
      |                 ^^^^^^^^^^^^
     --> services.yaml:6:29 (first here)
      |
    6 |       - { name: auth, path: backend/auth, tags: [a b], timeout: 0 }
      |                             ^^^^^^^^^^^^

    error[TAG_EXPRESSION_SYNTAX]: The tag expression has a ( that is not closed
     --> services.yaml:9:39
      |
    9 |   groups: { core: { tags: "backend && (legacy || old" } }
      |                                       ^
    hint: Add a ).

    error[VALUE_INVALID]: workspace.commands.query.argv[1] holds the unknown placeholder {agrs}
      --> services.yaml:11:28
       |
    11 |     query: { argv: [cidx, "{agrs}"], mode: paralel }
       |                            ^^^^^^
    hint: Did you mean {args}?

    error[VALUE_INVALID]: workspace.commands.query.mode must be parallel, sequential or watch, not "paralel"
      --> services.yaml:11:44
       |
    11 |     query: { argv: [cidx, "{agrs}"], mode: paralel }
       |                                            ^^^^^^^
    hint: Did you mean "parallel"?

    error[VALUE_INVALID]: workspace.commands.build.argv names no program
      --> services.yaml:12:20
       |
    12 |     build: { argv: [], restart: on-failure }
       |                    ^^
    hint: Write the program and its arguments: [node, server.js].

    error[VALUE_INVALID]: workspace.commands.build.restart means nothing in mode parallel
      --> services.yaml:12:24
       |
    12 |     build: { argv: [], restart: on-failure }
       |                        ^^^^^^^
    hint: Remove it, or write mode: watch.

    error[VALUE_INVALID]: workspace.run.jobs must be a whole number of at least 1, not 0
      --> services.yaml:13:16
       |
    13 |   run: { jobs: 0, output: gruoped }
       |                ^

    error[VALUE_INVALID]: workspace.run.output must be auto, stream, grouped, errors, quiet or json, not "gruoped"
      --> services.yaml:13:27
       |
    13 |   run: { jobs: 0, output: gruoped }
       |                           ^^^^^^^
    hint: Did you mean "grouped"?"
  `);
});

test("a faulty variable is named at its place", async () => {
  expect(await workspaceCodes("workspace: { program: '${' }")).toEqual(["INTERPOLATION_SYNTAX 1:24"]);
  expect(await workspaceCodes("workspace: { run: { jobs: '${J:?how many}' } }")).toEqual([
    "INTERPOLATION_REQUIRED 1:28",
  ]);
  const { warnings } = await readWorkspaceOf("workspace: { commands: { x: { argv: [a, '${GONE}'] } } }");
  expect(warnings).toMatchObject([{ code: "VARIABLE_UNSET", place: { column: 42 } }]);
});
