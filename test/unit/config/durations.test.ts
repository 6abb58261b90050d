import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { longestMs, parseDecimal, parseDuration } from "../../../scripts/lib/config/durations.ts";

describe("parseDuration", () => {
  test.each([
    ["1s", 1_000],
    ["500ms", 500],
    ["1m30s", 90_000],
    ["2h", 7_200_000],
    ["1h1m1s1ms", 3_661_001],
    ["1.5s", 1_500],
    [".5s", 500],
    ["60", 60_000],
    ["0.25", 250],
    ["0", 0],
    ["0s", 0],
    ["250us", 1],
    ["1500us", 2],
    ["0.0001", 1],
    [" 1s ", 1_000],
    ["2147483647ms", longestMs],
  ])("%j is %i ms", (text, ms) => {
    expect(parseDuration(text)).toBe(ms);
  });

  test.each([
    "",
    " ",
    "s",
    "-1",
    "-1s",
    "1 s",
    "1d",
    "1sec",
    "s1",
    "1s-",
    "1e3",
    "0x10",
    "Infinity",
    "NaN",
    "1,5s",
    "1.s.",
    "١s",
    "2147483648ms",
    "600h",
  ])("%j is no duration", (text) => {
    expect(parseDuration(text)).toBeNull();
  });

  test("what is written comes out, in any units and in any number of steps", () => {
    const unit = fc.constantFrom(["h", 3_600_000], ["m", 60_000], ["s", 1_000], ["ms", 1] as const);
    const steps = fc.array(fc.tuple(fc.integer({ min: 0, max: 99 }), unit), { minLength: 1, maxLength: 4 });
    fc.assert(
      fc.property(steps, (list) => {
        const text = list.map(([amount, [name]]) => `${amount}${name}`).join("");
        const sum = list.reduce((total, [amount, [, ms]]) => total + amount * ms, 0);
        expect(parseDuration(text)).toBe(sum > longestMs ? null : sum);
      }),
    );
  });

  test("any text is either a timer's delay or refused", () => {
    const text = fc.oneof(
      fc.string(),
      fc.string({ unit: fc.constantFrom("0", "1", "9", ".", "h", "m", "s", "u", " ", "-", "e") }),
    );
    fc.assert(
      fc.property(text, (written) => {
        const ms = parseDuration(written);
        if (ms === null) return;
        expect(Number.isInteger(ms) && ms >= 0 && ms <= longestMs).toBe(true);
      }),
    );
  });
});

test.each([
  ["1", 1],
  ["1.", 1],
  ["01", 1],
  ["+1", null],
  ["1_000", null],
  ["", null],
])("parseDecimal(%j) is %j", (text, number) => {
  expect(parseDecimal(text)).toBe(number);
});
