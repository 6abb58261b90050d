import { stripVTControlCharacters } from "node:util";
import { describe, expect, test } from "vitest";
import { placeAt } from "../../../scripts/lib/diagnostic/code-frame.ts";
import { formatProblem } from "../../../scripts/lib/diagnostic/format-problem.ts";
import { makeProblem } from "../../../scripts/lib/diagnostic/user-error.ts";

const source = "services:\n  web:\n\tcommand: x\n";
const cycle = makeProblem("DEPENDENCY_CYCLE", "Services depend on each other: a -> b -> a", {
  place: placeAt(source, "services.yaml", 12, 3),
  related: [{ place: placeAt(source, "services.yaml", 18, 7), label: "a depends on b" }],
  hint: "Remove one of these dependencies.",
});

test("heading, place, related place, hint", () => {
  expect(formatProblem(cycle, false)).toMatchInlineSnapshot(`
    "error[DEPENDENCY_CYCLE]: Services depend on each other: a -> b -> a
     --> services.yaml:2:3
      |
    2 |   web:
      |   ^^^
     --> services.yaml:3:2 (a depends on b)
      |
    3 |  command: x
      |  ^^^^^^^
    hint: Remove one of these dependencies."
  `);
});

test("the least a problem can be", () => {
  expect(formatProblem(makeProblem("USAGE", "Unknown option --x"), false)).toBe("error[USAGE]: Unknown option --x");
  expect(formatProblem(makeProblem("VARIABLE_UNSET", "X", { severity: "warning" }), false)).toBe(
    "warning[VARIABLE_UNSET]: X",
  );
});

test("a place whose line is not shown", () => {
  const place = { file: ".env", line: 12, column: 3, frame: null };
  expect(formatProblem(makeProblem("ENV_FILE_SYNTAX", "X", { place }), false)).toBe(
    "error[ENV_FILE_SYNTAX]: X\n  --> .env:12:3",
  );
});

test("the gutter is as wide as the number of the line", () => {
  const place = placeAt("\n".repeat(99) + "abc", "f", 100, 2);
  expect(formatProblem(makeProblem("USAGE", "X", { place }), false)).toMatchInlineSnapshot(`
    "error[USAGE]: X
       --> f:100:2
        |
    100 | abc
        |  ^^"
  `);
});

describe("colour", () => {
  test("adds nothing but colour", () => {
    const colored = formatProblem(cycle, true);
    expect(colored).toContain("\u001B[");
    expect(stripVTControlCharacters(colored)).toBe(formatProblem(cycle, false));
  });

  test("errors are red, warnings yellow", () => {
    expect(formatProblem(makeProblem("USAGE", "X"), true)).toContain("\u001B[31m");
    expect(formatProblem(makeProblem("VARIABLE_UNSET", "X", { severity: "warning" }), true)).toContain("\u001B[33m");
  });
});

test("what a file, a name or a label contains does not steer the terminal", () => {
  const evil = "\u001B[2J\u001B]0;owned\u0007\u0008\u009B31mx\r\u202E\u2028";
  const place = placeAt(`a${evil}b`, evil, 0, 1);
  const text = formatProblem(
    makeProblem("USAGE", evil, { place, hint: evil, related: [{ place, label: evil }] }),
    false,
  );
  expect(text.replaceAll("\n", "")).not.toMatch(/[\p{Cc}\u2028\u202E]/u);
  expect(text).toContain("x");
});

test("a name that holds a newline begins no line", () => {
  const name = "api\nerror[USAGE]: forged";
  const problem = makeProblem("REPOSITORY_UNKNOWN", `No repository is named "${name}"`, { hint: `There is ${name}.` });
  expect(formatProblem(problem, false)).toBe(
    [
      String.raw`error[REPOSITORY_UNKNOWN]: No repository is named "api\nerror[USAGE]: forged"`,
      String.raw`hint: There is api\nerror[USAGE]: forged.`,
    ].join("\n"),
  );
});
