import stringWidth from "string-width";
import { expect, test } from "vitest";
import { headOf, padText, textWidth } from "../../../scripts/lib/report/text-width.ts";

test.each([
  "",
  "redis",
  "größer",
  "e\u0301te",
  "日本語",
  "한국어",
  "ｆｕｌｌ",
  "🚀 up",
  "✓ ✗ · … ↻ – │ ⠋",
  "a\u200Bb",
  "naïve — ok",
])("%j is as wide as string-width says", (text) => {
  expect(textWidth(text)).toBe(stringWidth(text));
});

test("the head of a text keeps within the width", () => {
  expect(headOf("backend", 7)).toBe("backend");
  expect(headOf("backend", 3)).toBe("bac");
  expect(headOf("backend", 0)).toBe("");
  expect(headOf("日本語", 4)).toBe("日本");
  // Half a character can't be shown.
  expect(headOf("日本語", 3)).toBe("日");
});

test("padding counts columns, not characters", () => {
  expect(padText("日本", 6)).toBe("日本  ");
  expect(padText("backend", 3)).toBe("backend");
});
