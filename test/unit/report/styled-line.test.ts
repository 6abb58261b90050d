import { expect, test } from "vitest";
import { span, styledLine } from "../../../scripts/lib/report/styled-line.ts";

const line = [span("✓", "good"), span(" redis  "), span("ready", "strong"), span("   ")];

test("without colour it is the text, blanks at the end left out", () => {
  expect(styledLine(line, { width: 80, color: false })).toBe("✓ redis  ready");
});

test("with colour each span has its own", () => {
  expect(styledLine(line, { width: 80, color: true })).toBe("\u001B[32m✓\u001B[39m redis  \u001B[1mready\u001B[22m");
});

test("it is cut at the width, whatever the colours", () => {
  expect(styledLine(line, { width: 14, color: false })).toBe("✓ redis  ready");
  expect(styledLine(line, { width: 13, color: false })).toBe("✓ redis  rea…");
  expect(styledLine(line, { width: 13, color: true })).toBe("\u001B[32m✓\u001B[39m redis  \u001B[1mrea…\u001B[22m");
  expect(styledLine(line, { width: 9, color: false })).toBe("✓ redis …");
  expect(styledLine(line, { width: 5, color: false })).toBe("✓ re…");
  expect(styledLine(line, { width: 1, color: false })).toBe("…");
});
