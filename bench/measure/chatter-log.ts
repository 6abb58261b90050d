import { closeSync, openSync, readSync, statSync } from "node:fs";
import { setTimeout as pause } from "node:timers/promises";

const lineSize = 100;
const linesInBlock = 10_000;

/** Waits until a log has so many lines, or has not grown for two seconds: a tool may still be copying. */
export async function untilWritten(file: string, lines: number): Promise<void> {
  for (let [size, still] = [-1, 0]; still < 400; still += 1) {
    const now = statSync(file).size;
    if (now >= lines * lineSize) return;
    if (now !== size) [size, still] = [now, 0];
    await pause(5);
  }
}

/** Bytes that are not what chatter wrote, missing and additional ones too. 0: the log is exact. */
export function wrongBytes(file: string, lines: number): number {
  const size = lines * lineSize;
  const tail = Buffer.from(` ${"x".repeat(89)}\n`);
  const fd = openSync(file, "r");
  const block = Buffer.alloc(lineSize * linesInBlock);
  let wrong = Math.abs(statSync(file).size - size);
  try {
    for (let line = 0; line < lines; line += linesInBlock) {
      const read = readSync(fd, block, 0, Math.min(block.length, (lines - line) * lineSize), line * lineSize);
      for (let at = 0; at + lineSize <= read; at += lineSize) {
        const isNumbered = Number(block.toString("latin1", at, at + 9)) === line + at / lineSize;
        if (!isNumbered || block.compare(tail, 0, tail.length, at + 9, at + lineSize) !== 0) wrong += lineSize;
      }
    }
  } finally {
    closeSync(fd);
  }
  return wrong;
}
