import { expect, test } from "vitest";
import { visibleName } from "../../../scripts/lib/report/visible-name.ts";

test("what would steer the terminal is written out; all else stays", () => {
  expect(visibleName("frontend/wéb ☃ (2)")).toBe("frontend/wéb ☃ (2)");
  expect(visibleName("a\nb\r\t\u001B[31mc\0\u009Bd\u202Ee\u2028")).toBe(
    String.raw`a\nb\r\t\x1b[31mc\x00\x9bd\u202ee\u2028`,
  );
});

test("different names stay different", () => {
  expect(visibleName("a\u0001")).not.toBe(visibleName("a\u0002"));
});
