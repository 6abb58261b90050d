import { expect, test } from "vitest";
import { redraw } from "../../../scripts/lib/report/redraw.ts";

test("the first picture begins where the cursor is", () => {
  expect(redraw([], ["one", "two"], 80)).toBe("\rone\u001B[K\ntwo\u001B[K\n\u001B[J");
});

test("the next one begins where the last one began", () => {
  expect(redraw(["one", "two", ""], ["three"], 80)).toBe("\r\u001B[3Athree\u001B[K\n\u001B[J");
});

test("on a narrower screen the last one takes more rows; colours take none", () => {
  expect(redraw(["12345", "123456", "\u001B[31m12345\u001B[39m", "日本語"], [], 5)).toBe("\r\u001B[6A\u001B[J");
});
