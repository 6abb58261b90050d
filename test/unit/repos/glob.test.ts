import { describe, expect, test } from "vitest";
import { compileGlob, isGlob } from "../../../scripts/lib/repos/glob.ts";

const cases: readonly (readonly [glob: string, fits: readonly string[], others: readonly string[]])[] = [
  ["api", ["api"], ["apis", "an-api", "x/api", "API"]],
  ["*", ["api", ".hidden", ".", "a b", "a\nb", "☃"], ["a/b"]],
  ["frontend/*", ["frontend/web", "frontend/.x"], ["frontend", "frontend/a/b"]],
  ["**", ["a", "a/b", "a/b/c"], []],
  ["**/web", ["web", "a/web", "a/b/web"], ["a/webs", "aweb"]],
  ["a/**", ["a/b", "a/b/c"], ["b/a"]],
  ["a/**/b", ["a/b", "a/x/b", "a/x/y/b"], ["ab", "a/xb"]],
  ["w?b", ["web", "w☃b", "w💥b"], ["wb", "w/b", "weeb"]],
  ["w[ea]b", ["web", "wab"], ["wxb", "w[ea]x"]],
  ["w[!e]b", ["wab"], ["web", "w/b"]],
  ["w[a-c]b", ["wab", "wcb"], ["wdb", "w-b"]],
  ["w[]]b", ["w]b"], ["wb"]],
  ["{a,b/*}", ["a", "b/c"], ["b", "c"]],
  ["x{a,{b,c}}y", ["xay", "xby", "xcy"], ["xy", "x{b,c}y"]],
  ["{a}", ["{a}"], ["a"]],
  [String.raw`\*`, ["*"], ["a"]],
  ["w[b", ["w[b"], ["wb"]],
  ["w[z-a]", ["w[z-a]"], ["wz"]],
  ["w{a,b", ["w{a,b"], ["wa"]],
  ["a.b+(c)|d^$", ["a.b+(c)|d^$"], ["axb+(c)|d^$"]],
  ["a[1]", ["a1", "a[1]"], ["a2"]],
];

describe.each(cases)("%s", (glob, fits, others) => {
  const matches = compileGlob(glob);

  test("matches", () => expect(fits.filter((text) => !matches(text))).toEqual([]));
  test("matches no other", () => expect(others.filter(matches)).toEqual([]));
});

test("what means more than itself", () => {
  expect(["*", "a?", "[a]", "{a,b}", String.raw`a\*`].every(isGlob)).toBe(true);
  expect(["a", "a.b", "a/b", "a]"].some(isGlob)).toBe(false);
});
