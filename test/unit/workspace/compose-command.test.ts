import { execFileSync } from "node:child_process";
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { RepositoryCommand } from "../../../scripts/lib/model/repository-workspace.ts";
import {
  commandFor,
  composeArgv,
  composeShell,
  needsBranch,
  type PlaceholderValues,
} from "../../../scripts/lib/workspace/compose-command.ts";
import { holds } from "../../support/holds.ts";
import { sampleRepository, sampleWorkspace } from "../../support/sample-run.ts";

const values: PlaceholderValues = {
  repository: sampleRepository("back end/api", { path: "/w/back end/api", rel: "back end/api" }),
  index: 3,
  branch: "feature/a b",
  args: ["one", "two words"],
};

describe("placeholders in argv", () => {
  test.each([
    [
      ["x", "{name}"],
      ["x", "back end/api", "one", "two words"],
    ],
    [
      ["x", "{path}", "{rel}"],
      ["x", "/w/back end/api", "back end/api", "one", "two words"],
    ],
    [
      ["x", "--at={branch}#{index}"],
      ["x", "--at=feature/a b#3", "one", "two words"],
    ],
    // Alone, as many elements as there are arguments; within an element, one text.
    [
      ["x", "{args}", "last"],
      ["x", "one", "two words", "last"],
    ],
    [
      ["x", "q={args}."],
      ["x", "q=one two words."],
    ],
    [
      ["x", "{args}", "{args}"],
      ["x", "one", "two words", "one", "two words"],
    ],
    // The program may be one; nothing is split.
    [["{path}/run"], ["/w/back end/api/run", "one", "two words"]],
    // Other braces are text.
    [
      ["x", "{}", '{"a":1}', "{nope}", "{ name }", "{args"],
      ["x", "{}", '{"a":1}', "{nope}", "{ name }", "{args", "one", "two words"],
    ],
  ] as const)("%j", (argv, composed) => {
    expect(composeArgv(argv, values)).toEqual(composed);
  });

  test("no arguments leave nothing, and no branch an empty text", () => {
    const none = { ...values, args: [], branch: null };
    expect(composeArgv(["x", "{args}", "on:{branch}"], none)).toEqual(["x", "on:"]);
  });

  test("what a placeholder stands for is not read again", () => {
    const repository = sampleRepository("{path} $& $1 {args}");
    expect(composeArgv(["x", "{name}"], { ...values, repository, args: ["{name}"] })).toEqual([
      "x",
      "{path} $& $1 {args}",
      "{name}",
    ]);
  });
});

/** What a real shell makes of a command: its words, each ended by NUL. */
function wordsOf([file, ...args]: readonly [string, ...string[]]): readonly string[] {
  return execFileSync(file, args, { encoding: "utf8" }).split("\0").slice(0, -1);
}

describe("--shell", () => {
  test("the words are one text, which a real sh reads; what placeholders stand for, it does not", () => {
    const repository = sampleRepository("a; exit 9 #'\n$HOME `id`");
    const shell = composeShell(["printf '%s\\0'", "{name}", "$((1 + 1))", "| tr a b"], { ...values, repository });
    expect(wordsOf(shell)).toEqual(["b; exit 9 #'\n$HOME `id`", "2"]);
  });

  test.each([["{name}"], ['"{name}"'], ["'{name}'"], ['"$(printf %s "{name}")"'], ['a\\"{name}b']])(
    "in whatever quotes a placeholder stands (%s), what it stands for is no code",
    (written) => {
      const text = "$(echo oops >&2; kill $$)`kill $$`'; kill $$; '\"; kill $$; \"";
      const shell = composeShell(["printf", "'%s\\0'", written, "{index}"], {
        ...values,
        repository: sampleRepository(text),
      });
      const words = wordsOf(shell);
      // Inside of "$(…)" it may be split at its blanks.
      const isBlank = /\s/g;
      expect(words.slice(0, -1).join("").replaceAll(isBlank, "")).toContain(text.replaceAll(isBlank, ""));
      expect(words.at(-1)).toBe("3");
    },
  );

  test("names of any characters come through sh as they are", async () => {
    const name = fc.string({
      unit: fc.oneof(
        fc.constantFrom("'", '"', "\\", "$", "`", "\n", " ", "!", "-", "{", "}"),
        fc.string({ minLength: 1, maxLength: 1, unit: "grapheme" }),
      ),
    });
    await holds(
      60,
      fc.property(
        name.filter((text) => !text.includes("\0")).map((text) => text.toWellFormed()),
        name,
        (text, branch) => {
          const clean = branch.replaceAll("\0", "").toWellFormed();
          const repository = sampleRepository(text);
          const written = ["{name}", '"{name} on:{branch}"', "'{name} on:{branch}'", "{index}"];
          const shell = composeShell(["printf", String.raw`'%s\0'`, ...written], {
            ...values,
            repository,
            branch: clean,
          });
          expect(wordsOf(shell)).toEqual([text, `${text} on:${clean}`, `${text} on:${clean}`, "3"]);
        },
      ),
    );
  });
});

describe("which command is meant", () => {
  const declared: RepositoryCommand = {
    name: "status",
    argv: ["git", "status"],
    mode: "parallel",
    timeoutMs: 5,
    weight: "cpu",
    keepGoing: false,
    restart: "no",
    maxRestarts: null,
    environment: { A: "b" },
  };
  const commands = new Map([["status", declared]]);

  test("a declared one is as it was declared, though there is a program", () => {
    const workspace = sampleWorkspace({ commands, program: "cidx" });
    expect(commandFor({ name: "status", args: ["x"] }, workspace)).toBe(declared);
  });

  test.each([
    ["query", "parallel", false],
    ["fix-config", "parallel", false],
    ["anything", "parallel", false],
    ["start", "sequential", false],
    ["stop", "sequential", true],
    ["uninstall", "sequential", true],
    ["watch", "watch", false],
  ] as const)("%s, by the program: %s", (name, mode, keepGoing) => {
    const command = commandFor({ name, args: ["a"] }, sampleWorkspace({ program: "cidx" }));
    expect(command).toMatchObject({ name, mode, keepGoing, argv: ["cidx", name, "{args}"] });
    expect(composeArgv(command.argv, { ...values, args: ["a b"] })).toEqual(["cidx", name, "a b"]);
  });

  test("ad hoc: parallel whatever the program is called", () => {
    const command = commandFor({ name: null, args: ["stop", "now"] }, sampleWorkspace({ commands, program: "cidx" }));
    expect(command).toMatchObject({ mode: "parallel", argv: ["stop", "now"] });
  });

  test("neither declared nor a program: what it may have meant, and how to declare it", () => {
    expect(() => commandFor({ name: "statsu", args: [] }, sampleWorkspace({ commands }))).toThrow(/COMMAND_UNDECLARED/);
    expect(() => commandFor({ name: null, args: [] }, sampleWorkspace())).toThrow(/USAGE: There is no command to run/);
    expect(() => commandFor({ name: null, args: [" ", "x"] }, sampleWorkspace())).toThrow(/USAGE: There is no command/);
    expect(() => commandFor({ name: "", args: [] }, sampleWorkspace())).toThrow(/USAGE: There is no command to run/);
    const hint = expect.stringContaining("put -- before it: -- git status");
    expect(() => commandFor({ name: "git", args: ["status"] }, sampleWorkspace())).toThrow(
      expect.objectContaining({ problems: [expect.objectContaining({ hint })] }),
    );
  });

  test("a bare watch, which nobody declared: what to write behind it", () => {
    const hint = expect.stringContaining("watch -- npx tsc --watch");
    expect(() => commandFor({ name: "watch", args: [] }, sampleWorkspace())).toThrow(
      expect.objectContaining({ problems: [expect.objectContaining({ hint })] }),
    );
  });

  test("the branch is asked for only where it is wanted", () => {
    const workspace = sampleWorkspace({ commands });
    expect(needsBranch({ name: "status", args: ["{branch}"] }, workspace)).toBe(false);
    expect(needsBranch({ name: null, args: ["echo", "on {branch}"] }, workspace)).toBe(true);
  });
});
