import type { LogReader } from "./log-reader.ts";

const blockBytes = 64 * 1024;
const newline = 0x0a;

/**
 * The logical offset at which the last `count` lines of a log begin: following from there shows them and then, without a gap, what comes.
 * A last line without a newline counts as one; with a count of 0 it is still to come.
 *
 * @param range What to look at; lines before it do not count.
 * @returns Its beginning when there are no more lines.
 */
export async function lastLinesOffset(
  reader: LogReader,
  count: number,
  { start: lowest, end: size }: { readonly start: number; readonly end: number },
): Promise<number> {
  // The newline that ends the last line is not the one before the first.
  const last = size > lowest ? await readAll(reader, size - 1, size) : Buffer.alloc(0);
  let wanted = last[0] === newline ? count + 1 : Math.max(1, count);
  for (let end = size; end > lowest;) {
    const start = Math.max(lowest, end - blockBytes);
    const block = await readAll(reader, start, end);
    for (let at = block.lastIndexOf(newline); at !== -1; at = at === 0 ? -1 : block.lastIndexOf(newline, at - 1)) {
      wanted -= 1;
      if (wanted === 0) return start + at + 1;
    }
    end = start;
  }
  return lowest;
}

/** Fewer bytes where the log was cut off meanwhile. */
async function readAll(reader: LogReader, from: number, to: number): Promise<Buffer> {
  const parts: Buffer[] = [];
  for (let at = from; at < to;) {
    const { bytes, offset } = await reader.read(at, Buffer.allocUnsafe(to - at));
    if (bytes.length === 0 || offset !== at) break;
    parts.push(bytes);
    at += bytes.length;
  }
  return Buffer.concat(parts);
}
