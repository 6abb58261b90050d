import { describe, expect, test } from "vitest";
import { codesOf, problemsOf, read, specOf, web, wordsOf } from "./services-folder.ts";

describe("syntax", () => {
  test.each([
    ["a tab", "services:\n  a:\n\tcommand: x\n", ["YAML_SYNTAX 3:1"]],
    ["a quote that is not closed", 'services:\n  a:\n    command: "x\n  b: { comand: x }\n', ["YAML_SYNTAX 3:14"]],
    ["a colon too many", "services:\n  a:\n    command: x: y\n", ["YAML_SYNTAX 3:14"]],
    ["keys in different columns", "services:\n  a:\n    command: x\n   ports: [1]\n", ["YAML_SYNTAX 4:4"]],
    ["a reserved character", "services:\n  a:\n    command: @x\n", ["YAML_SYNTAX 3:14"]],
    ["an escape that is none", 'services:\n  a:\n    command: "\\q"\n', ["YAML_SYNTAX 3:15"]],
    ["two documents", "services: {}\n---\nservices: {}\n", ["YAML_SYNTAX 2:1"]],
    ["another version of YAML", "%YAML 1.1\n---\nservices: {}\n", ["YAML_SYNTAX 1:1"]],
    ["a control character", "services: {}\n# \u0007\n", ["YAML_SYNTAX 2:3"]],
    ["a map as a key", "services:\n  ? { a: b }\n  : { command: x }\n", ["YAML_SYNTAX 2:5"]],
    ["a key that breaks objects", "services:\n  __proto__: { command: x }\n", ["YAML_SYNTAX 2:3"]],
    ["a merge of what is no map", "services:\n  a: { <<: [x], command: y }\n", ["YAML_SYNTAX 2:13"]],
  ])("%s", async (_what, yaml, codes) => {
    expect(await codesOf(yaml)).toEqual(codes);
  });

  test("what stands before a broken place is still examined, what follows is not guessed at", async () => {
    const yaml =
      "services:\n  a: { comand: x, command: y }\n  b: { ports: 5, command: z }\n  c: { command: [\n  d: { comand: x }\n";
    expect((await codesOf(yaml)).filter((code) => !code.startsWith("YAML"))).toEqual([
      "KEY_UNKNOWN 2:8",
      "VALUE_INVALID 3:15",
    ]);
  });

  test("a fault that harms nothing around it hides nothing", async () => {
    const yaml = 'services:\n  a: { command: "\\q" }\n  b: { comand: x, depends_on: [cc] }\n  c: { command: x }\n';
    expect(await codesOf(yaml)).toEqual([
      "YAML_SYNTAX 2:18",
      "KEY_MISSING 3:3",
      "KEY_UNKNOWN 3:8",
      "DEPENDENCY_UNKNOWN 3:32",
    ]);
  });

  test("as the user sees it", async () => {
    expect(await wordsOf("services:\n  a:\n\tcommand: x\n")).toMatchInlineSnapshot(`
      "error[YAML_SYNTAX]: Tabs are not allowed as indentation
       --> services.yaml:3:1
        |
      3 |  command: x
        | ^
      hint: Indent with blanks: YAML does not allow tabs."
    `);
    expect(await wordsOf("services:\n  a:\n    command: 'x\n")).toMatchInlineSnapshot(`
      "error[YAML_SYNTAX]: Missing closing single quote
       --> services.yaml:3:14
        |
      3 |     command: 'x
        |              ^
      hint: Close what was opened here."
    `);
  });

  test("nesting without end", async () => {
    const problems = await problemsOf(`services: ${"[".repeat(20_000)}`);
    expect(problems.map(({ code }) => code)).toContain("YAML_SYNTAX");
    expect(problems.length).toBeLessThan(5);
    expect(await codesOf(`services: ${"[".repeat(70)}${"]".repeat(70)}\n`)).toContain("YAML_SYNTAX 1:75");
  });
});

describe("duplicate keys", () => {
  test("in a service, among services and at the top, each with the first one", async () => {
    const yaml = "name: a\nname: b\nservices:\n  x: { command: a, command: b }\n  x: { command: c }\n";
    expect(await wordsOf(yaml)).toMatchInlineSnapshot(`
      "error[YAML_DUPLICATE_KEY]: The key "name" stands here twice
       --> services.yaml:2:1
        |
      2 | name: b
        | ^^^^
       --> services.yaml:1:1 (first here)
        |
      1 | name: a
        | ^^^^
      hint: Remove one of them.

      error[YAML_DUPLICATE_KEY]: The key "command" stands here twice
       --> services.yaml:4:20
        |
      4 |   x: { command: a, command: b }
        |                    ^^^^^^^
       --> services.yaml:4:8 (first here)
        |
      4 |   x: { command: a, command: b }
        |        ^^^^^^^
      hint: Remove one of them.

      error[YAML_DUPLICATE_KEY]: The key "x" stands here twice
       --> services.yaml:5:3
        |
      5 |   x: { command: c }
        |   ^
       --> services.yaml:4:3 (first here)
        |
      4 |   x: { command: a, command: b }
        |   ^
      hint: Remove one of them."
    `);
  });

  test("a number and the same text", async () => {
    expect(await codesOf('services:\n  1: { command: x }\n  "1": { command: x }\n')).toEqual([
      "YAML_DUPLICATE_KEY 3:3",
    ]);
  });

  test("a key that is merged in may be written again", async () => {
    const yaml = "x-a: &a { command: a, restart: always }\nservices:\n  web: { <<: *a, command: b }\n";
    expect(await specOf(yaml)).toMatchObject({ command: { text: "b" }, restart: { kind: "always" } });
  });
});

describe("tags", () => {
  test.each([
    ["!foo x", "3:14"],
    ["!!python/object x", "3:14"],
    ["!!binary aGk=", "3:23"],
    ["!!set { x }", "3:20"],
    ["!!timestamp 2020-01-01", "3:26"],
  ])("%s is unknown", async (value, place) => {
    expect(await codesOf(`services:\n  a:\n    command: ${value}\n`)).toEqual([`YAML_UNKNOWN_TAG ${place}`]);
  });

  test("!!str is known", async () => {
    expect(await specOf("services:\n  a:\n    command: !!str 5\n")).toMatchObject({
      command: { kind: "shell", text: "5" },
    });
  });
});

describe("aliases", () => {
  test("anchors, aliases and merge keys", async () => {
    const yaml = [
      "x-common: &common",
      "  command: common",
      "  environment: &env { A: 1 }",
      "services:",
      "  a: *common",
      "  b: { <<: *common, environment: { <<: *env, B: 2 } }",
      "  c: { <<: [{ restart: always }, *common], x-mine: 1 }",
      "  d: { command: d, environment: *env }",
      "",
    ].join("\n");
    const { services } = await read(yaml);
    expect(
      services.map(({ name, command, restart, environment }) => [name, command, restart.kind, environment["B"]]),
    ).toEqual([
      ["a", { kind: "shell", text: "common" }, "no", undefined],
      ["b", { kind: "shell", text: "common" }, "no", "2"],
      ["c", { kind: "shell", text: "common" }, "always", undefined],
      ["d", { kind: "shell", text: "d" }, "no", undefined],
    ]);
    expect(services.map(({ environment }) => environment["A"])).toEqual(["1", "1", "1", "1"]);
  });

  test("the nearest anchor above counts", async () => {
    expect(await specOf("x-a: &a one\nx-b: &a two\nservices: { a: { command: *a } }\n")).toMatchObject({
      command: { text: "two" },
    });
  });

  test.each([
    ["without an anchor", "services:\n  a: { command: *none }\n", ["YAML_ALIAS 2:17"]],
    ["before its anchor", "services:\n  a: { command: *x }\nx-x: &x y\n", ["YAML_ALIAS 2:17"]],
    ["inside of its anchor", "services: &s\n  a: { command: x, depends_on: *s }\n", ["YAML_ALIAS 2:32"]],
    ["that merges itself", "services:\n  a: &a { command: x, <<: *a }\n", ["YAML_ALIAS 2:27"]],
    ["without a name", "services:\n  a: { command: * }\n", ["YAML_ALIAS 2:17"]],
  ])("%s", async (_what, yaml, codes) => {
    expect((await codesOf(yaml)).filter((code) => code.startsWith("YAML"))).toEqual(codes);
    expect((await codesOf(yaml))[0]).toBe(codes[0]);
  });

  test("a mistake in what an alias repeats is one mistake", async () => {
    const yaml = "x-a: &a { command: x, prts: [1] }\nservices:\n  a: *a\n  b: *a\n  c: { <<: *a }\n";
    expect(await codesOf(yaml)).toEqual(["KEY_UNKNOWN 1:23"]);
  });

  test("a bomb is refused at the alias that goes off, and costs nothing", async () => {
    const letters = "abcdefghijklmnop".split("");
    const lines = letters.map((letter, index) => {
      const below = letters[index - 1];
      return `x-${letter}: &${letter} [${Array.from({ length: 10 }, () => (below ? `*${below}` : "x")).join(", ")}]`;
    });
    const yaml = `${lines.join("\n")}\nservices: { a: { command: *p } }\n`;
    expect(await wordsOf(yaml)).toMatchInlineSnapshot(`
      "error[YAML_ALIAS]: Aliases blow this file up to more than 50000 values
       --> services.yaml:5:22
        |
      5 | x-e: &e [*d, *d, *d, *d, *d, *d, *d, *d, *d, *d]
        |                      ^^"
    `);
  });
});

describe("booleans", () => {
  test.each(["yes", "Yes", "no", "on", "off", "Off", "y", "n", '"true"', "'yes'"])("%s is none", async (word) => {
    expect(await codesOf(web(`stdin_open: ${word}`))).toEqual(["YAML_BOOLEAN 4:17"]);
  });

  test.each([
    ["true", true],
    ["false", false],
    ["True", true],
    ['"${ON}"', true],
    ["${NONE:-false}", false],
  ])("%s is %s", async (written, value) => {
    expect((await specOf(web(`stdin_open: ${written}`), { ambient: { ON: "true" } })).stdinOpen).toBe(value);
  });

  test("as the user sees it", async () => {
    expect(await wordsOf(web("stdin_open: on", 'tty: "false"'))).toMatchInlineSnapshot(`
      "error[YAML_BOOLEAN]: services.web.stdin_open must be true or false, not "on"
       --> services.yaml:4:17
        |
      4 |     stdin_open: on
        |                 ^^
      hint: Write true: only true and false are booleans in YAML 1.2.

      error[YAML_BOOLEAN]: services.web.tty must be true or false, not "false"
       --> services.yaml:5:10
        |
      5 |     tty: "false"
        |          ^^^^^^^
      hint: Write false without quotes."
    `);
  });

  test("a variable that gives yes", async () => {
    expect(await codesOf(web("stdin_open: ${ON}"), { ambient: { ON: "yes" } })).toEqual(["YAML_BOOLEAN 4:17"]);
  });
});
