import { expect, test } from "vitest";
import { PromptLine } from "../../../scripts/lib/report/prompt-line.ts";

const clear = "\r\u001B[K";

test("what else is written stands above it", () => {
  const prompt = new PromptLine("which? ", { columns: 80 });
  expect(prompt.above(Buffer.from("a\n")).toString()).toBe("a\n");
  expect(prompt.show("")).toBe("which? ");
  expect(prompt.show("we")).toBe(`${clear}which? we`);
  expect(prompt.above(Buffer.from("a\nb\n")).toString()).toBe(`${clear}a\nb\nwhich? we`);
  expect(prompt.show(null)).toBe(clear);
  expect(prompt.show(null)).toBe("");
  expect(prompt.above(Buffer.from("a\n")).toString()).toBe("a\n");
});

test("never wider than the terminal, as that is now; nothing steers it", () => {
  const stream = { columns: 12 };
  const prompt = new PromptLine("which? ", stream);
  expect(prompt.show("backend/auth")).toBe("which? auth");
  stream.columns = 5;
  expect(prompt.show("x")).toBe(`${clear}whic`);
  stream.columns = 80;
  expect(prompt.show("a\u202Eb")).toBe(`${clear}which? a\uFFFDb`);
});
