import { execFile } from "node:child_process";
import { closeSync, constants, fstatSync, ftruncateSync, openSync, readSync, statSync, writeSync } from "node:fs";
import { setTimeout as pause } from "node:timers/promises";

const blockBytes = 256 * 1024;
/** Long beside the moment in which a write could be lost, short beside the pauses of most services. */
const quietMs = 20;
const quietPatienceMs = 2_000;
/** The supervisor does nothing else meanwhile. */
const patienceMs = 500;

/**
 * Removes bytes from the beginning of a file that others append to: the rest moves up, and no write can fall in between. Linux does so for
 * whole blocks on ext4 and xfs; Node has no call for it, `fallocate` of util-linux has.
 *
 * @param length A multiple of the file system's block size, less than the file's.
 * @returns false where that is not to be had; nothing has changed then.
 */
export function collapse(file: string, length: number): Promise<boolean> {
  return new Promise((resolve) => {
    const argv = ["--collapse-range", "--offset", "0", "--length", String(length), file];
    execFile("fallocate", argv, (error) => resolve(error === null));
  });
}

/** Waits until nobody has written for a moment; not for ever. */
export async function untilQuiet(file: string): Promise<void> {
  const until = performance.now() + quietPatienceMs;
  for (let size = -1; performance.now() < until;) {
    const now = statSync(file).size;
    if (now === size) return;
    size = now;
    await pause(quietMs);
  }
}

/**
 * For other file systems: copies the rest, until there is no more, and empties the file the moment after. Synchronous, so that the moment
 * is as short as it can be: microseconds, if we are not made to wait just then. What is written in it is lost.
 *
 * @param copied How many bytes the copy has already.
 * @returns How many bytes the file lost; null when its writer was too fast for us all the time: nothing was cut.
 */
export function copyRestAndTruncate(file: string, copy: string, copied: number): number | null {
  const { O_RDWR, O_WRONLY, O_APPEND } = constants;
  const from = openSync(file, O_RDWR);
  const to = openSync(copy, O_WRONLY | O_APPEND);
  const block = Buffer.allocUnsafe(blockBytes);
  const until = performance.now() + patienceMs;
  try {
    for (let at = copied; performance.now() < until;) {
      const read = readSync(from, block, 0, blockBytes, at);
      if (read === 0) {
        ftruncateSync(from, 0);
        return at;
      }
      for (let written = 0; written < read;) written += writeSync(to, block, written, read - written);
      at += read;
    }
    return null;
  } finally {
    closeSync(from);
    closeSync(to);
  }
}

/** Of the file system a file is on. */
export function blockSizeOf(file: string): number {
  const descriptor = openSync(file, "r");
  try {
    return Math.max(1, fstatSync(descriptor).blksize);
  } finally {
    closeSync(descriptor);
  }
}
