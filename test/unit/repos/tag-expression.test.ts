import { runInNewContext } from "node:vm";
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { formatProblem } from "../../../scripts/lib/diagnostic/format-problem.ts";
import { UserError } from "../../../scripts/lib/diagnostic/user-error.ts";
import {
  matchesTags,
  parseTagExpression,
  type TagExpression,
  tagsNamedIn,
} from "../../../scripts/lib/repos/tag-expression.ts";
import { readTypedTagExpression } from "../../../scripts/lib/repos/typed-tag-expression.ts";
import { holds } from "../../support/holds.ts";

function parsed(text: string): TagExpression {
  const result = parseTagExpression(text);
  if (result.kind === "fault") throw new Error(`${text}: ${result.message}`);
  return result;
}

const matches = (text: string, ...tags: readonly string[]): boolean => matchesTags(parsed(text), new Set(tags));

describe("what an expression means", () => {
  test.each<[text: string, yes: string[], no: string[]]>([
    ["backend", ["backend"], ["backend2"]],
    [" backend ", ["backend"], []],
    ["!legacy", [], ["legacy"]],
    ["!!go", ["go"], []],
    ["!!!go", [], ["go"]],
    ["a && b", ["a", "b"], ["a"]],
    ["a&&b&&c", ["a", "b", "c"], ["a", "b"]],
    ["a || b", ["b"], ["c"]],
    ["a || b && c", ["a"], ["b"]],
    ["(a || b) && c", ["b", "c"], ["a"]],
    ["a && b || c", ["c"], ["a"]],
    ["!a && b", ["b"], ["a", "b"]],
    ["!(a && b)", ["a"], ["a", "b"]],
    ["((a))", ["a"], []],
    ["team:a/b-c_d.e", ["team:a/b-c_d.e"], ["team:a"]],
    ["größe && 3d", ["größe", "3d"], ["größe"]],
    ["constructor", ["constructor"], []],
    ["and", ["and"], []],
  ])("%s", (text, yes, no) => {
    expect(matches(text, ...yes)).toBe(true);
    expect(matches(text, ...no)).toBe(false);
  });

  test("tags it names, with their places", () => {
    expect(tagsNamedIn(parsed("a && !(bc || a)"))).toMatchObject([
      { tag: "a", offset: 0 },
      { tag: "bc", offset: 7 },
      { tag: "a", offset: 13 },
    ]);
  });

  test("a chain may be long, parentheses may not be deep", () => {
    const many = Array.from({ length: 20_000 }, (_, index) => `t${index}`);
    expect(matches(many.join(" || "), "t19999")).toBe(true);
    expect(matches(`${"!".repeat(20_001)}a`)).toBe(true);
    const nested = (depth: number): string => `${"(".repeat(depth)}a${")".repeat(depth)}`;
    expect(matches(nested(64), "a")).toBe(true);
    expect(parseTagExpression(nested(65))).toMatchObject({ message: "has too many parentheses", offset: 64 });
    expect(parseTagExpression(nested(100_000))).toMatchObject({ kind: "fault", offset: 64 });
  });
});

describe("what is no expression", () => {
  test.each<[text: string, message: string, offset: number, length: number, hint: string]>([
    ["", "is empty", 0, 0, "Name a tag: backend."],
    ["  ", "is empty", 0, 0, "Name a tag: backend."],
    ["a &&", "ends where a tag is missing", 4, 0, "Name a tag."],
    ["a && ", "ends where a tag is missing", 4, 0, "Name a tag."],
    ["!", "ends where a tag is missing", 1, 0, "Name a tag."],
    ["(", "ends where a tag is missing", 1, 0, "Name a tag."],
    ["(a || b", "has a ( that is not closed", 0, 1, "Add a )."],
    ["x && (a || (b && c)", "has a ( that is not closed", 5, 1, "Add a )."],
    ["a)", "has a ) that nothing opens", 1, 1, "Remove it, or add a (."],
    ["()", 'needs a tag before ")"', 1, 1, "Name a tag."],
    ["&& a", 'needs a tag before "&&"', 0, 2, "Name a tag."],
    ["a || && b", 'needs a tag before "&&"', 5, 2, "Name a tag."],
    ["a b", 'lacks an operator before "b"', 2, 1, "Write && or || between two tags."],
    ["a !b", 'lacks an operator before "!"', 2, 1, "Write && or || between two tags."],
    ["(a b)", 'lacks an operator before "b"', 3, 1, "Write && or || between two tags."],
    ["a and b", 'lacks an operator before "and"', 2, 3, "Write && for and."],
    ["a OR b", 'lacks an operator before "OR"', 2, 2, "Write || for OR."],
    ["a & b", 'cannot hold "&"', 2, 1, "Write && for &."],
    ["a | b", 'cannot hold "|"', 2, 1, "Write || for |."],
    ["a,b", 'cannot hold ","', 1, 1, "Write || or && for ,."],
    ["a &&& b", 'needs a tag before "&"', 4, 1, "Write && for &."],
    ["a+b", 'cannot hold "+"', 1, 1, "Tags are letters, digits and . _ - : /; operators are && || ! ( )."],
    ["😀", 'needs a tag before "😀"', 0, 2, "Tags are letters, digits and . _ - : /; operators are && || ! ( )."],
    [
      "a && \u0007",
      'needs a tag before "\\u0007"',
      5,
      1,
      "Tags are letters, digits and . _ - : /; operators are && || ! ( ).",
    ],
  ])("%j", (text, message, offset, length, hint) => {
    expect(parseTagExpression(text)).toEqual({ kind: "fault", message, offset, length, hint });
  });

  test("on a command line: the text, and the place in it", () => {
    const words = (text: string): string => {
      try {
        readTypedTagExpression(text, "--tag");
      } catch (error) {
        if (error instanceof UserError && error.exitCode === 64) return formatProblem(error.problems[0], false);
        throw error;
      }
      return "";
    };
    expect(words("backend && (go || rust")).toMatchInlineSnapshot(`
      "error[TAG_EXPRESSION_SYNTAX]: The tag expression has a ( that is not closed
       --> --tag:1:12
        |
      1 | backend && (go || rust
        |            ^
      hint: Add a )."
    `);
    expect(words("a &&")).toContain("1 | a &&\n  |     ^");
    expect(readTypedTagExpression("a", "--tag")).toEqual({ kind: "tag", tag: "a", offset: 0 });
  });
});

const tags = ["a", "b", "c-d", "e.f", "g:h", "i/j", "ö", "7"];

/** Expressions as the parser makes them. Chains have two operands or more. */
const { expression: anyExpression } = fc.letrec<{ expression: Shape }>((tie) => ({
  expression: fc.oneof(
    { maxDepth: 6, depthSize: "medium" },
    fc.constantFrom(...tags),
    fc.record({ not: tie("expression") }),
    fc.record({
      join: fc.constantFrom("&&", "||"),
      operands: fc.array(tie("expression"), { minLength: 2, maxLength: 4 }),
    }),
  ),
}));

type Shape = string | { readonly not: Shape } | { readonly join: "&&" | "||"; readonly operands: readonly Shape[] };

/** The parser's result without places, for comparison. */
function shapeOf(expression: TagExpression): Shape {
  if (expression.kind === "tag") return expression.tag;
  if (expression.kind === "not") return { not: shapeOf(expression.operand) };
  return { join: expression.kind === "and" ? "&&" : "||", operands: expression.operands.map(shapeOf) };
}

/** Everything that is made of parts in parentheses, with blanks as `blank` says. */
function printed(shape: Shape, blank: () => string): string {
  if (typeof shape === "string") return shape;
  const part = (inner: Shape): string =>
    typeof inner === "string" ? inner : `(${blank()}${printed(inner, blank)}${blank()})`;
  if ("not" in shape) return `!${blank()}${part(shape.not)}`;
  return shape.operands.map(part).join(`${blank()}${shape.join}${blank()}`);
}

/** Parentheses only where JavaScript needs them: its operators bind as ours do. */
function tightlyPrinted(shape: Shape, above: "!" | "&&" | "||" | "" = ""): string {
  if (typeof shape === "string") return shape;
  if ("not" in shape) return `!${tightlyPrinted(shape.not, "!")}`;
  const text = shape.operands.map((operand) => tightlyPrinted(operand, shape.join)).join(` ${shape.join} `);
  return above === "!" || (above === "&&" && shape.join === "||") ? `(${text})` : text;
}

test("what is printed is read back", async () => {
  const blanks = fc.array(fc.constantFrom("", " ", "\t", "  \n"), { minLength: 1, maxLength: 20 });
  await holds(
    1_000,
    fc.property(anyExpression, blanks, (shape, choices) => {
      let turn = 0;
      const text = printed(shape, () => choices[(turn += 1) % choices.length] ?? "");
      expect(shapeOf(parsed(text))).toEqual(shape);
      for (const { tag, offset } of tagsNamedIn(parsed(text))) expect(text.slice(offset).startsWith(tag)).toBe(true);
    }),
  );
});

test("it is as true as JavaScript finds it", async () => {
  const seen = { true: 0, false: 0 };
  await holds(
    1_000,
    fc.property(anyExpression, fc.subarray(tags), (shape, chosen) => {
      const text = tightlyPrinted(shape);
      const inJavaScript = text.replaceAll(/[^\s!&|()]+/g, (tag) => String(chosen.includes(tag)));
      const expected: unknown = runInNewContext(inJavaScript);
      expect(matches(text, ...chosen)).toBe(expected);
      seen[expected === true ? "true" : "false"] += 1;
    }),
    () => `${seen.true} true, ${seen.false} false`,
  );
  expect(Math.min(seen.true, seen.false)).toBeGreaterThan(100);
});

test("any text is an expression, or has a fault within it", async () => {
  const piece = fc.oneof(fc.constantFrom("&&", "||", "!", "(", ")", " ", "&", "a", "b"), fc.string({ maxLength: 3 }));
  await holds(
    2_000,
    fc.property(fc.array(piece, { maxLength: 12 }), (pieces) => {
      const text = pieces.join("");
      const result = parseTagExpression(text);
      if (result.kind !== "fault") {
        expect(tagsNamedIn(result)).not.toEqual([]);
        return;
      }
      expect(result.offset + result.length).toBeLessThanOrEqual(text.length);
      expect(result.offset).toBeGreaterThanOrEqual(0);
    }),
  );
});
