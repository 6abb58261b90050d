import type { FileHandle } from "node:fs/promises";
import { openLog } from "./open-log.ts";
import { rotatedFile } from "./rotated-files.ts";

const blockBytes = 64 * 1024;
const newline = 0x0a;

/**
 * The last lines of a log, read backwards from its end: the cost is that of the lines asked for, not of the file.
 * A last line without a newline counts; bytes that are no UTF-8 become U+FFFD.
 *
 * @param fromOffset Bytes before it do not count: where the present run begins. Below 0, so many of the last bytes of the file it was
 *   rotated into count too.
 * @returns Oldest first, without their newlines; none when the file is missing. Lines of more than 64 KiB on average are cut off
 *   at the front.
 */
export async function lastLines(file: string, count: number, fromOffset = 0): Promise<readonly string[]> {
  if (count <= 0) return [];
  const bytes = await tailOf(file, count, () => fromOffset);
  const isEnough = fromOffset >= 0 || countNewlines(bytes) > count;
  const rotated = isEnough ? null : await tailOf(rotatedFile(file, 1), count, (size) => size + fromOffset);
  const lines = (rotated ? Buffer.concat([rotated, bytes]) : bytes).toString("utf8").split("\n");
  if (lines.at(-1) === "") lines.pop();
  return lines.slice(-count);
}

/** Empty where there is no such file. @param from Where it begins to count, by the file's size. */
async function tailOf(file: string, count: number, from: (size: number) => number): Promise<Buffer> {
  const handle = await openLog(file);
  if (!handle) return Buffer.alloc(0);
  try {
    const { size } = await handle.stat();
    return await readTail(handle, { from: from(size), to: size, count });
  } finally {
    await handle.close();
  }
}

/** Blocks from the end on until they hold enough lines. */
async function readTail(handle: FileHandle, range: { from: number; to: number; count: number }): Promise<Buffer> {
  // A log may consist of a single endless line.
  const mostBytes = Math.min(256 * 1024 * 1024, Math.max(4 * 1024 * 1024, range.count * blockBytes));
  const lowest = Math.max(0, range.from, range.to - mostBytes);
  const blocks: Buffer[] = [];
  let newlines = 0;
  // The newline before the first line wanted, and one that may end the last.
  for (let end = range.to; end > lowest && newlines <= range.count;) {
    const start = Math.max(lowest, end - blockBytes);
    const { buffer, bytesRead } = await handle.read(Buffer.allocUnsafe(end - start), 0, end - start, start);
    const block = buffer.subarray(0, bytesRead);
    blocks.unshift(block);
    newlines += countNewlines(block);
    end = start;
  }
  return Buffer.concat(blocks);
}

function countNewlines(block: Buffer): number {
  let count = 0;
  for (let at = block.indexOf(newline); at !== -1; at = block.indexOf(newline, at + 1)) count += 1;
  return count;
}
