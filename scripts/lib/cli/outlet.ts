import { closeSync, constants, fstatSync, openSync, write, writeSync } from "node:fs";
import { setTimeout as delay } from "node:timers/promises";
import { promisify } from "node:util";
import { errnoOf } from "../diagnostic/errno-of.ts";

const writeByThread = promisify(write);

/**
 * Writes to a stream, in order, and never holds this process up. Node writes to a terminal or a pipe synchronously: one that is held (Ctrl-S, a
 * reader that pauses, a connection that hangs) would hold all that goes on here, and with it the services' supervisor.
 *
 * What there is room for is written at once; for the rest a thread waits, which costs more.
 *
 * @returns Resolves when the bytes have left the process, or can't; what is wrong is reported by the stream itself.
 */
export function outlet(stream: NodeJS.WriteStream): (bytes: string | Buffer) => Promise<void> {
  const descriptor = "fd" in stream && typeof stream.fd === "number" ? stream.fd : null;
  if (descriptor === null) return (bytes) => new Promise((resolve) => void stream.write(bytes, () => resolve()));
  const unblocked = reopen(descriptor);
  let last: Promise<void> | null = null;
  return (text) => {
    const bytes = typeof text === "string" ? Buffer.from(text) : text;
    const at = last === null && unblocked !== null ? writeAtOnce(unblocked, bytes) : 0;
    if (at === bytes.length) return Promise.resolve();
    const before = last ?? Promise.resolve();
    const own = before
      .then(() => writeAll(stream, descriptor, bytes, at))
      .finally(() => {
        if (last === own) last = null;
      });
    last = own;
    return own;
  };
}

/**
 * The same pipe or terminal once more, not blocking: for us alone, since others who share the first would be told EAGAIN too. null: it is something
 * else (a file, which never blocks for long, would be written at its beginning), or cannot be opened again.
 */
function reopen(descriptor: number): number | null {
  try {
    const again = openSync(
      `/proc/self/fd/${descriptor}`,
      constants.O_WRONLY | constants.O_NONBLOCK | constants.O_NOCTTY,
    );
    const stat = fstatSync(again);
    if (stat.isFIFO() || stat.isCharacterDevice()) return again;
    closeSync(again);
    return null;
  } catch {
    return null;
  }
}

/** @returns How many bytes there was room for. */
function writeAtOnce(descriptor: number, bytes: Buffer): number {
  let at = 0;
  const { stackTraceLimit } = Error;
  // That there is no room is said by an error, and nobody reads its stack trace.
  Error.stackTraceLimit = 0;
  try {
    while (at < bytes.length) at += writeSync(descriptor, bytes, at);
  } catch {
    // Full; or gone, which the thread will be told too.
  } finally {
    Error.stackTraceLimit = stackTraceLimit;
  }
  return at;
}

/** By a thread of node's pool, which may wait as long as the terminal likes. */
async function writeAll(stream: NodeJS.WriteStream, descriptor: number, bytes: Buffer, from: number): Promise<void> {
  for (let at = from; at < bytes.length;) {
    try {
      at += (await writeByThread(descriptor, bytes, at)).bytesWritten;
    } catch (error) {
      // Somebody who shares the terminal made it non-blocking.
      if (errnoOf(error) === "EAGAIN") await delay(10);
      else return void stream.emit("error", error);
    }
  }
}
