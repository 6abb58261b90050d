import type { FileHandle } from "node:fs/promises";
import { openLog } from "./open-log.ts";

const blockBytes = 64 * 1024;
const newline = 0x0a;

/**
 * The byte at which the last `count` lines of a log begin: following from there shows them and then, without a gap, what comes.
 * A last line without a newline counts as one; with a count of 0 it is still to come.
 *
 * @returns 0 when the file is missing, or has no more lines.
 */
export async function lastLinesOffset(file: string, count: number): Promise<number> {
  const handle = await openLog(file);
  if (!handle) return 0;
  try {
    const { size } = await handle.stat();
    // The newline that ends the last line is not the one before the first.
    let wanted = (await endsWithNewline(handle, size)) ? count + 1 : Math.max(1, count);
    for (let end = size; end > 0;) {
      const start = Math.max(0, end - blockBytes);
      const { buffer, bytesRead } = await handle.read(Buffer.allocUnsafe(end - start), 0, end - start, start);
      const block = buffer.subarray(0, bytesRead);
      for (let at = block.lastIndexOf(newline); at !== -1; at = at === 0 ? -1 : block.lastIndexOf(newline, at - 1)) {
        wanted -= 1;
        if (wanted === 0) return start + at + 1;
      }
      end = start;
    }
    return 0;
  } finally {
    await handle.close();
  }
}

async function endsWithNewline(handle: FileHandle, size: number): Promise<boolean> {
  if (size === 0) return false;
  const { buffer } = await handle.read(Buffer.alloc(1), 0, 1, size - 1);
  return buffer[0] === newline;
}
