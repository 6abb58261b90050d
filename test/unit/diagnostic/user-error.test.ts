import { describe, expect, test } from "vitest";
import { assertKnownServices } from "../../../scripts/lib/diagnostic/assert-known-services.ts";
import { problemCodes } from "../../../scripts/lib/diagnostic/codes.ts";
import { errnoOf } from "../../../scripts/lib/diagnostic/errno-of.ts";
import { exitCodes, makeProblem, UserError, userError } from "../../../scripts/lib/diagnostic/user-error.ts";
import { wantsColor } from "../../../scripts/lib/diagnostic/wants-color.ts";

describe("UserError", () => {
  test("carries its problems and says them all, for logs", () => {
    const error = new UserError([makeProblem("USAGE", "one"), makeProblem("CONFIG_NOT_FOUND", "two")], 64);
    expect(error).toMatchObject({ name: "UserError", exitCode: 64, message: "USAGE: one; CONFIG_NOT_FOUND: two" });
    expect(error).toBeInstanceOf(Error);
  });

  test("is a mistake in the configuration unless it says otherwise", () => {
    expect(new UserError([makeProblem("YAML_SYNTAX", "x")]).exitCode).toBe(exitCodes.config);
    expect(userError("YAML_SYNTAX", "x").exitCode).toBe(78);
    expect(userError("USAGE", "x", { exitCode: exitCodes.usage, hint: "y" })).toMatchObject({
      exitCode: 64,
      problems: [{ code: "USAGE", severity: "error", message: "x", place: null, related: [], hint: "y" }],
    });
  });

  test("survives a journey as JSON: problems are plain data", () => {
    const place = { file: "f", line: 1, column: 2, frame: { text: "abc", underline: 1 } };
    const problem = makeProblem("KEY_UNKNOWN", "x", { place, related: [{ place, label: "l" }] });
    expect(JSON.parse(JSON.stringify(problem))).toEqual(problem);
  });
});

test("codes are upper case and none stands twice", () => {
  expect(new Set(problemCodes).size).toBe(problemCodes.length);
  for (const code of problemCodes) expect(code).toMatch(/^[A-Z]+(?:_[A-Z]+)*$/);
});

describe("assertKnownServices", () => {
  test("says nothing when all are known", () => {
    expect(() => assertKnownServices(["a", "b", "a"], ["a", "b", "c"])).not.toThrow();
    expect(() => assertKnownServices([], [])).not.toThrow();
  });

  test("names all that are not, each once", () => {
    const problemsOf = (asked: readonly string[], known: readonly string[]): unknown => {
      try {
        assertKnownServices(asked, known);
      } catch (error) {
        return error instanceof UserError
          ? [error.exitCode, error.problems.map(({ code, hint }) => [code, hint])]
          : error;
      }
      return null;
    };
    expect(problemsOf(["wb", "web", "zzz", "wb"], ["web", "db"])).toEqual([
      64,
      [
        ["SERVICE_UNKNOWN", 'Did you mean "web"?'],
        ["SERVICE_UNKNOWN", "Services: web, db."],
      ],
    ]);
    expect(problemsOf(["a"], [])).toEqual([
      64,
      [["SERVICE_UNKNOWN", "There are no services here, or none was started yet."]],
    ]);
  });
});

test.each([
  [Object.assign(new Error("x"), { code: "ENOENT" }), "ENOENT"],
  [Object.assign(new Error("x"), { code: 5 }), ""],
  [new Error("x"), ""],
  ["ENOENT", ""],
  [null, ""],
])("errnoOf %#", (error, errno) => {
  expect(errnoOf(error)).toBe(errno);
});

test.each([
  [true, {}, true],
  [false, {}, false],
  [true, { TERM: "dumb" }, false],
  [true, { NO_COLOR: "1" }, false],
  [true, { NO_COLOR: "" }, true],
  [false, { FORCE_COLOR: "1" }, true],
  [false, { FORCE_COLOR: "" }, true],
  [true, { FORCE_COLOR: "0" }, false],
  [true, { FORCE_COLOR: "false" }, false],
  [false, { FORCE_COLOR: "3", NO_COLOR: "1" }, true],
])("wantsColor: terminal %s, %j: %s", (isTTY, env, wanted) => {
  expect(wantsColor({ isTTY }, env)).toBe(wanted);
});
