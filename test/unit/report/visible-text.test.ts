import { expect, test } from "vitest";
import { logLine } from "../../../scripts/lib/report/log-line.ts";
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

test.each([
  ["\u001B[31mred\u001B[0m", "\u001B[31mred\u001B[0m"],
  ["\u001B[1;38;5;200mnever reset", "\u001B[1;38;5;200mnever reset\u001B[0m"],
  ["\u001B[31mred\u001B[39m", "\u001B[31mred\u001B[39m\u001B[0m"],
  ["\u001B[2J\u001B[31mx\u001B[?25l", "\u001B[31mx\u001B[0m"],
  ["\u001B[2Jnot a colour, but ends in m", "not a colour, but ends in m"],
  ["\u0007[31m", "\uFFFD[31m"],
  ["10 %\r50 %\r100 %\r", "100 %"],
])("a log line %j keeps its colours only: %j", (line, shown) => {
  expect(logLine(line, true)).toBe(shown);
});

test("without colours nothing is left of them", () => {
  expect(logLine("\u001B[31mred\u001B[0m\r", false)).toBe("red");
});
