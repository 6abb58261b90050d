import { closeSync, fstatSync, openSync, readSync } from "node:fs";
import { open } from "node:fs/promises";
import { errnoOf } from "../diagnostic/errno-of.ts";

const chunkBytes = 256 * 1024;

/**
 * Gives a file piece by piece, each once the one before has been taken. Most commands write little, and a stream for each would cost more than the
 * reading: what fits into one piece is read at once. What is written to it after its size was looked at is left out: a daemon may go on for ever.
 *
 * @param act The bytes are used again once its promise, if it gives one, is fulfilled.
 */
export async function eachChunk(file: string, act: (bytes: Buffer) => Promise<void> | undefined): Promise<void> {
  const first = readBeginning(file);
  if (first.length > 0) await act(first);
  if (first.length < chunkBytes) return;
  const handle = await open(file);
  try {
    const { size } = await handle.stat();
    for (let at = first.length; at < size;) {
      const { bytesRead } = await handle.read(first, 0, Math.min(first.length, size - at), at);
      if (bytesRead === 0) return;
      at += bytesRead;
      await act(first.subarray(0, bytesRead));
    }
  } finally {
    await handle.close();
  }
}

/** Of a file that never was, or has been taken away: nothing. */
function readBeginning(file: string): Buffer {
  let descriptor: number;
  try {
    descriptor = openSync(file, "r");
  } catch (error) {
    if (errnoOf(error) === "ENOENT") return Buffer.alloc(0);
    throw error;
  }
  try {
    const bytes = Buffer.allocUnsafe(Math.min(fstatSync(descriptor).size, chunkBytes));
    return bytes.subarray(0, bytes.length === 0 ? 0 : readSync(descriptor, bytes, 0, bytes.length, 0));
  } finally {
    closeSync(descriptor);
  }
}
