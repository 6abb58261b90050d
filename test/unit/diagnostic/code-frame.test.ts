import * as fc from "fast-check";
import { expect, test } from "vitest";
import { placeAt } from "../../../scripts/lib/diagnostic/code-frame.ts";

const brief = (source: string, offset: number, length: number): readonly unknown[] => {
  const { line, column, frame } = placeAt(source, "f", offset, length);
  return [line, column, frame?.text, frame?.underline];
};

test.each([
  ["the first character", "ab\ncd", 0, 1, [1, 1, "ab", 1]],
  ["the end of the first line", "ab\ncd", 2, 1, [1, 3, "ab", 1]],
  ["the second line", "ab\ncd", 3, 2, [2, 1, "cd", 2]],
  ["behind the last character", "ab\ncd", 5, 1, [2, 3, "cd", 1]],
  ["the empty line at the end", "ab\n", 3, 1, [2, 1, "", 1]],
  ["an empty text", "", 0, 0, [1, 1, "", 1]],
  ["a text that begins with an empty line", "\nab", 0, 1, [1, 1, "", 1]],
  ["the line behind an empty one", "\nab", 1, 2, [2, 1, "ab", 2]],
  ["a span of several lines: to the end of its first", "ab\ncd", 1, 4, [1, 2, "ab", 1]],
  ["a point between two characters", "ab", 1, 0, [1, 2, "ab", 1]],
  ["CRLF", "ab\r\ncd\r\n", 4, 9, [2, 1, "cd", 2]],
  ["an offset beyond the text", "ab", 99, 5, [1, 3, "ab", 1]],
  ["an offset before the text", "ab", -5, 5, [1, 1, "ab", 2]],
])("%s", (_what, source, offset, length, expected) => {
  expect(brief(source, offset, length)).toEqual(expected);
});

test("a place lies in its line, and the line in the source, whatever is asked", () => {
  const source = fc.string({ unit: fc.constantFrom("a", "\n", "\r\n", "é", " "), maxLength: 30 });
  fc.assert(
    fc.property(source, fc.integer({ min: -3, max: 40 }), fc.integer({ min: 0, max: 40 }), (text, offset, length) => {
      const { line, column, frame } = placeAt(text, "f", offset, length);
      const lines = text.split("\n");
      expect(frame?.text).toBe(lines[line - 1]?.replace(/\r$/, ""));
      expect(column).toBeGreaterThanOrEqual(1);
      expect(column).toBeLessThanOrEqual((lines[line - 1]?.length ?? 0) + 1);
      expect(frame?.underline).toBeGreaterThanOrEqual(1);
      const start = lines.slice(0, line - 1).join("\n").length + (line > 1 ? 1 : 0);
      expect(start + column - 1).toBe(Math.max(0, Math.min(offset, text.length)));
    }),
  );
});
