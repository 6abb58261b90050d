import { appendFile, truncate, writeFile } from "node:fs/promises";
import { expect, test } from "vitest";
import { readLogFrom } from "../../../scripts/lib/logs/read-log-from.ts";
import { newLog, numberedLines } from "./log-folder.ts";

test("what was written since", async () => {
  const file = await newLog();
  await writeFile(file, "one\ntwo");
  expect(await readLogFrom(file, 0)).toEqual({ text: "one\ntwo", nextOffset: 7 });
  expect(await readLogFrom(file, 4)).toEqual({ text: "two", nextOffset: 7 });
  expect(await readLogFrom(file, 7)).toEqual({ text: "", nextOffset: 7 });
  await appendFile(file, "!\n");
  expect(await readLogFrom(file, 7)).toEqual({ text: "!\n", nextOffset: 9 });
});

test("a missing file has nothing, and is read from its beginning when it comes", async () => {
  const file = await newLog();
  expect(await readLogFrom(file, 5)).toEqual({ text: "", nextOffset: 0 });
});

test("a file that was cut off is read from its beginning", async () => {
  const file = await newLog();
  await writeFile(file, "a long first part\n");
  const { nextOffset } = await readLogFrom(file, 0);
  await truncate(file);
  expect(await readLogFrom(file, nextOffset)).toEqual({ text: "", nextOffset: 0 });
  await appendFile(file, "new\n");
  expect(await readLogFrom(file, nextOffset)).toEqual({ text: "new\n", nextOffset: 4 });
});

test.each(["é", "€", "😀"])("a character (%s) whose end is not written yet waits for it", async (character) => {
  const file = await newLog();
  const bytes = Buffer.from(`a${character}`);
  for (let written = 1; written < bytes.length; written += 1) {
    await writeFile(file, bytes.subarray(0, written));
    expect(await readLogFrom(file, 0)).toEqual({ text: "a", nextOffset: 1 });
    expect(await readLogFrom(file, 1)).toEqual({ text: "", nextOffset: 1 });
  }
  await writeFile(file, bytes);
  expect(await readLogFrom(file, 1)).toEqual({ text: character, nextOffset: bytes.length });
});

test("bytes that are no UTF-8 are read over", async () => {
  const file = await newLog();
  await writeFile(file, Buffer.from([0xff, 0x61, 0x80, 0x80, 0x80, 0x80, 0xf8]));
  const { text, nextOffset } = await readLogFrom(file, 0);
  expect(text).toMatch(/^\uFFFDa\uFFFD+$/);
  expect(nextOffset).toBe(7);
  await writeFile(file, Buffer.from([0x61, 0xc3, 0x62]));
  expect(await readLogFrom(file, 0)).toEqual({ text: "a\uFFFDb", nextOffset: 3 });
});

test("a large file comes in pieces of at most 1 MiB that make up the whole", async () => {
  const file = await newLog();
  const whole = numberedLines(15_000)
    .map((line) => line.replaceAll("x", "é"))
    .join("\n");
  await writeFile(file, whole);
  const pieces: string[] = [];
  let offset = 0;
  for (;;) {
    const { text, nextOffset } = await readLogFrom(file, offset);
    if (text === "") break;
    expect(nextOffset - offset).toBeLessThanOrEqual(1024 * 1024);
    pieces.push(text);
    offset = nextOffset;
  }
  expect(pieces.length).toBeGreaterThan(2);
  expect(pieces.join("")).toBe(whole);
});
