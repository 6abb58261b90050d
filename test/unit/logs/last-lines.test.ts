import { mkdir, writeFile } from "node:fs/promises";
import * as fc from "fast-check";
import { expect, test } from "vitest";
import { lastLines } from "../../../scripts/lib/logs/last-lines.ts";
import { newLog, numberedLines } from "./log-folder.ts";

test("the last lines, oldest first", async () => {
  const file = await newLog();
  await writeFile(file, "one\ntwo\nthree\n");
  expect(await lastLines(file, 2)).toEqual(["two", "three"]);
  expect(await lastLines(file, 3)).toEqual(["one", "two", "three"]);
  expect(await lastLines(file, 100)).toEqual(["one", "two", "three"]);
  expect(await lastLines(file, 0)).toEqual([]);
});

test("a last line without a newline counts; empty lines do too", async () => {
  const file = await newLog();
  await writeFile(file, "one\n\n\ntwo");
  expect(await lastLines(file, 1)).toEqual(["two"]);
  expect(await lastLines(file, 3)).toEqual(["", "", "two"]);
  await writeFile(file, "\n\n");
  expect(await lastLines(file, 5)).toEqual(["", ""]);
});

test("a file that is missing or empty has none", async () => {
  const file = await newLog();
  expect(await lastLines(file, 20)).toEqual([]);
  await writeFile(file, "");
  expect(await lastLines(file, 20)).toEqual([]);
});

test("what is no file is an error", async () => {
  const file = await newLog();
  await mkdir(file);
  await expect(lastLines(file, 1)).rejects.toMatchObject({ code: "EISDIR" });
});

test("only what was written from an offset on", async () => {
  const file = await newLog();
  await writeFile(file, "old one\nold two\nnew one\nnew two\n");
  expect(await lastLines(file, 20, "old one\nold two\n".length)).toEqual(["new one", "new two"]);
  expect(await lastLines(file, 1, 3)).toEqual(["new two"]);
  expect(await lastLines(file, 20, 32)).toEqual([]);
  expect(await lastLines(file, 20, 1_000)).toEqual([]);
});

test("bytes that are no UTF-8 do no harm; carriage returns are left as they are", async () => {
  const file = await newLog();
  await writeFile(file, Buffer.from([0x61, 0xff, 0xfe, 0x0a, 0xc3, 0x28, 0x0d, 0x0a, 0xe2, 0x82]));
  expect(await lastLines(file, 3)).toEqual(["a\uFFFD\uFFFD", "\uFFFD(\r", "\uFFFD"]);
});

test("200,000 lines: any number of the last ones", async () => {
  const file = await newLog();
  const lines = numberedLines(200_000);
  await writeFile(file, `${lines.join("\n")}\n`);
  for (const count of [1, 1_000, 200_000, 300_000]) {
    expect(await lastLines(file, count)).toEqual(lines.slice(-count));
  }
});

test("a single endless line is cut off at the front, not read whole", async () => {
  const file = await newLog();
  const bytes = 6 * 1024 * 1024;
  await writeFile(file, `${"x".repeat(bytes)}\nlast\n`);
  expect(await lastLines(file, 1)).toEqual(["last"]);
  const [long = "", last] = await lastLines(file, 2);
  expect(last).toBe("last");
  expect(long).toMatch(/^x+$/);
  expect(long.length).toBeLessThan(bytes);
});

test("blocks of the file may end anywhere: the same as splitting the whole", async () => {
  const file = await newLog();
  const line = fc.oneof(
    fc.string({ unit: "grapheme", maxLength: 8 }).map((text) => text.replaceAll("\n", "")),
    fc.integer({ min: 65_500, max: 65_570 }).map((length) => "ü".repeat(length / 2)),
  );
  const text = fc
    .tuple(fc.array(line, { maxLength: 6 }), fc.constantFrom("", "\n"))
    .map(([lines, end]) => lines.join("\n") + end);
  await fc.assert(
    fc.asyncProperty(text, fc.integer({ min: 1, max: 8 }), async (written, count) => {
      await writeFile(file, written);
      const all = written.split("\n");
      if (all.at(-1) === "") all.pop();
      expect(await lastLines(file, count)).toEqual(all.slice(-count));
    }),
    { numRuns: 200 },
  );
});

test("lines of a run that was rotated in part are found in both files", async () => {
  const file = await newLog();
  await writeFile(`${file}.1`, "of another run\nrun 1\nrun 2\nru");
  await writeFile(file, "n 3\nrun 4\n");
  const begun = -"run 1\nrun 2\nru".length;
  expect(await lastLines(file, 20, begun)).toEqual(["run 1", "run 2", "run 3", "run 4"]);
  expect(await lastLines(file, 3, begun)).toEqual(["run 2", "run 3", "run 4"]);
  expect(await lastLines(file, 1, begun)).toEqual(["run 4"]);
  expect(await lastLines(file, 20)).toEqual(["n 3", "run 4"]);
});
