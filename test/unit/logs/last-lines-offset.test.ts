import { writeFile } from "node:fs/promises";
import { expect, test } from "vitest";
import { lastLinesOffset } from "../../../scripts/lib/logs/last-lines-offset.ts";
import { LogReader } from "../../../scripts/lib/logs/log-reader.ts";
import { newLog, numberedLines } from "./log-folder.ts";

async function offsetIn(file: string, count: number): Promise<number> {
  const reader = new LogReader(file, null);
  const offset = await lastLinesOffset(reader, count, await reader.range());
  await reader.close();
  return offset;
}

/** What following from the offset would show. */
async function shown(text: string, count: number): Promise<string> {
  const file = await newLog();
  await writeFile(file, text);
  const offset = await offsetIn(file, count);
  return Buffer.from(text).subarray(offset).toString();
}

test.each([
  ["a\nb\nc\n", 0, ""],
  ["a\nb\nc\n", 1, "c\n"],
  ["a\nb\nc\n", 2, "b\nc\n"],
  ["a\nb\nc\n", 3, "a\nb\nc\n"],
  ["a\nb\nc\n", 9, "a\nb\nc\n"],
  ["a\nb\nbegun", 0, "begun"],
  ["a\nb\nbegun", 1, "begun"],
  ["a\nb\nbegun", 2, "b\nbegun"],
  ["a\n\n\n", 2, "\n\n"],
  ["größer\n日本\n", 1, "日本\n"],
  ["", 5, ""],
  ["\n", 1, "\n"],
  ["begun", 0, "begun"],
])("of %j the last %d lines are %j", async (text, count, tail) => {
  expect(await shown(text, count)).toBe(tail);
});

test("a missing log begins at its beginning", async () => {
  expect(await offsetIn(await newLog(), 20)).toBe(0);
});

test("lines that lie across blocks of reading are counted once", async () => {
  const lines = numberedLines(5000);
  const text = `${lines.join("\n")}\n`;
  for (const count of [1, 655, 656, 657, 1400, 4999]) {
    expect(await shown(text, count)).toBe(`${lines.slice(-count).join("\n")}\n`);
  }
});
