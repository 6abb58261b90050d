import { appendFileSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { eachChunk } from "../../../scripts/lib/workspace/each-chunk.ts";

const mebibyte = Buffer.alloc(1024 * 1024, "x");

function fileWith(bytes: Buffer): string {
  const folder = mkdtempSync(join(tmpdir(), "groundswell-chunks-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const file = join(folder, "out");
  writeFileSync(file, bytes);
  return file;
}

test.each([0, 1, 256 * 1024, 1024 * 1024])("%i bytes come as they are", async (length) => {
  const bytes = Buffer.from(Array.from({ length }, (_, at) => at % 251));
  const seen: Buffer[] = [];
  await eachChunk(fileWith(bytes), async (chunk) => void seen.push(Buffer.from(chunk)));
  expect(Buffer.concat(seen).equals(bytes)).toBe(true);
});

test("a file that was never made holds nothing", async () => {
  await eachChunk(join(tmpdir(), "groundswell-no-such-file"), () => expect.unreachable());
});

test("a file that somebody writes to faster than it is read comes to an end", async () => {
  const file = fileWith(mebibyte);
  let chunks = 0;
  await eachChunk(file, async () => {
    chunks += 1;
    if (chunks < 100) appendFileSync(file, mebibyte);
  });
  expect(chunks).toBeLessThan(20);
});
