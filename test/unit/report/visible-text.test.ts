import { expect, test } from "vitest";
import { visibleText } from "../../../scripts/lib/report/visible-text.ts";

test.each([
  ["plain text", "plain text"],
  ["größer 日本 🚀", "größer 日本 🚀"],
  ["a\tb", "a  b"],
  ["\u001B[31mred\u001B[0m", "red"],
  ["\u001B]0;title\u0007rest", "rest"],
  ["\u001B]8;;http://x\u001B\\link\u001B]8;;\u001B\\", "link"],
  ["clear\u001B[2J\u001B[H", "clear"],
  ["bell\u0007 nul\u0000 del\u007F csi\u009B1m", "bell\uFFFD nul\uFFFD del\uFFFD csi"],
  ["two\nlines\r", "two\uFFFDlines\uFFFD"],
  ["turn\u202Eround\u2066!", "turn\uFFFDround\uFFFD!"],
  ["unfinished \u001B", "unfinished \uFFFD"],
])("%j is shown as %j", (text, shown) => {
  expect(visibleText(text)).toBe(shown);
});
