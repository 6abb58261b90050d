import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { interpolate } from "../../../scripts/lib/config/interpolate.ts";
import { variablesNamedIn } from "../../../scripts/lib/config/template.ts";

const variables: Readonly<Record<string, string>> = { X: "value", EMPTY: "", _a1: "under", RISKY: "${X} $(id) $$" };
const lookup = (name: string): string | undefined => (Object.hasOwn(variables, name) ? variables[name] : undefined);

describe("forms", () => {
  test.each([
    ["${X}", "value"],
    ["a${X}b${_a1}c", "avaluebunderc"],
    ["${EMPTY}", ""],
    ["${X:-d}", "value"],
    ["${EMPTY:-d}", "d"],
    ["${NONE:-d}", "d"],
    ["${X-d}", "value"],
    ["${EMPTY-d}", ""],
    ["${NONE-d}", "d"],
    ["${NONE:-}", ""],
    ["${NONE-}", ""],
    ["${X:+a}", "a"],
    ["${EMPTY:+a}", ""],
    ["${NONE:+a}", ""],
    ["${X+a}", "a"],
    ["${EMPTY+a}", "a"],
    ["${NONE+a}", ""],
    ["${X:?m}", "value"],
    ["${X?m}", "value"],
    ["${EMPTY?m}", ""],
    ["${NONE:-${X}}", "value"],
    ["${NONE:-a${EMPTY:-b${X:+c}}d}", "abcd"],
    ["${NONE:-${NONE2:-${X}}}", "value"],
    ["$$", "$"],
    ["$$$$", "$$"],
    ["$${X}", "${X}"],
    ["$$${X}", "$value"],
    ["${NONE:-$$}", "$"],
    ["${NONE:-a:-b}", "a:-b"],
    ["$X", "$X"],
    ["$", "$"],
    ["a$", "a$"],
    ["$(id) `id` $((1+1))", "$(id) `id` $((1+1))"],
    ["}{", "}{"],
    ["${RISKY}", "${X} $(id) $$"],
  ])("%j becomes %j", (text, expected) => {
    expect(interpolate(text, lookup)).toEqual({ text: expected, findings: [] });
  });
});

describe("malformed", () => {
  test.each([
    ["${", 0, "${ is not closed"],
    ["ab${X", 2, "${X is not closed"],
    ["ab${X:-d", 2, "${X is not closed"],
    ["a${}", 1, "${} names no variable"],
    ["a${1}", 3, `A variable's name cannot begin with "1"`],
    ["a${ X}", 3, `A variable's name cannot begin with " "`],
    ["a${X }", 4, `" " cannot follow \${X`],
    ["a${X!y}", 4, `"!" cannot follow \${X`],
    ["a${X:}", 4, `":" cannot follow \${X`],
    ["a${X-${Y:-${Z}", 5, "${Y is not closed"],
    ["a${X:-b${}c}", 7, "${} names no variable"],
  ])("%j: at %i, %s", (text, offset, message) => {
    const { text: result, findings } = interpolate(text, lookup);
    expect(result).toBeNull();
    expect(findings).toMatchObject([{ code: "INTERPOLATION_SYNTAX", offset, message }]);
  });

  test("every fault of a text is found", () => {
    expect(interpolate("${} ${X} ${1} ${", lookup).findings.map(({ offset }) => offset)).toEqual([0, 11, 14]);
  });

  test("nesting has an end", () => {
    const deep = `${"${A:-".repeat(10_000)}x${"}".repeat(10_000)}`;
    expect(interpolate(deep, lookup).findings).toMatchObject([
      { code: "INTERPOLATION_SYNTAX", message: "More than 32 ${ stand inside each other" },
    ]);
  });

  test("a fault counts also in an operand that is not used", () => {
    expect(interpolate("${X:-${}}", lookup).text).toBeNull();
  });
});

describe("findings", () => {
  test("an unset variable without a default warns, and only where it is used", () => {
    expect(interpolate("a${NONE}b${EMPTY-${NONE2}}", lookup)).toEqual({
      text: "ab",
      findings: [{ code: "VARIABLE_UNSET", message: "The variable NONE is not set", offset: 1, length: 7 }],
    });
  });

  test.each([
    ["${NONE:?give one}", "The variable NONE is not set or empty: give one"],
    ["${EMPTY:?}", "The variable EMPTY is not set or empty"],
    ["${NONE?give ${X}}", "The variable NONE is not set: give value"],
  ])("%s: %s", (text, message) => {
    expect(interpolate(text, lookup)).toEqual({
      text: null,
      findings: [{ code: "INTERPOLATION_REQUIRED", message, offset: 0, length: text.length }],
    });
  });
});

describe("properties", () => {
  const piece = fc.constantFrom("$", "{", "}", "${", "X", "NONE", ":", "-", "?", "+", "a", " ", "1", "\n", "é", "😀");
  const text = fc.oneof(
    fc.string({ unit: "binary" }),
    fc.array(piece, { maxLength: 40 }).map((pieces) => pieces.join("")),
  );

  test("never throws, and says where: every finding lies inside of the text", () => {
    fc.assert(
      fc.property(text, (written) => {
        const { text: result, findings } = interpolate(written, lookup);
        expect(result === null).toBe(findings.some(({ code }) => code !== "VARIABLE_UNSET"));
        for (const { offset, length } of findings) {
          expect(offset).toBeGreaterThanOrEqual(0);
          expect(length).toBeGreaterThan(0);
          expect(offset + length).toBeLessThanOrEqual(written.length);
        }
      }),
    );
  });

  test("text without ${ is unchanged apart from $$", () => {
    fc.assert(
      fc.property(text, (written) => {
        fc.pre(!written.includes("${"));
        expect(interpolate(written, lookup)).toEqual({ text: written.replaceAll("$$", () => "$"), findings: [] });
      }),
    );
  });

  test("a value is put in as it is, whatever it holds", () => {
    fc.assert(
      fc.property(text, text, (before, value) => {
        fc.pre(!before.includes("$"));
        expect(interpolate(`${before}\${V}`, () => value).text).toBe(before + value);
      }),
    );
  });

  test("with every dollar sign doubled, any text comes out as it was", () => {
    fc.assert(
      fc.property(text, (written) => {
        expect(
          interpolate(
            written.replaceAll("$", () => "$$"),
            lookup,
          ).text,
        ).toBe(written);
      }),
    );
  });
});

test("variablesNamedIn sees what shells and we would expand", () => {
  expect(variablesNamedIn("$A ${B} ${C:-$D} ${E:-${F}} $(g) $1 $$H")).toEqual(["A", "B", "C", "D", "E", "F", "H"]);
});
