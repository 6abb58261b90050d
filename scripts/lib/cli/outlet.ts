import { closeSync, constants, fstatSync, openSync, write } from "node:fs";
import { Socket } from "node:net";
import { setTimeout as delay } from "node:timers/promises";
import { promisify } from "node:util";
import { errnoOf } from "../diagnostic/errno-of.ts";

const writeByThread = promisify(write);

/**
 * Writes to a stream, in order, and never holds this process up. Node writes to a terminal or a pipe synchronously: one that is held (Ctrl-S, a
 * reader that pauses, a connection that hangs) would hold all that goes on here, and with it the services' supervisor.
 *
 * @returns Resolves when the bytes have left the process, or can't; what is wrong is reported by the stream itself.
 */
export function outlet(stream: NodeJS.WriteStream): (bytes: string | Buffer) => Promise<void> {
  const descriptor = "fd" in stream && typeof stream.fd === "number" ? stream.fd : null;
  if (descriptor === null) return (bytes) => new Promise((resolve) => void stream.write(bytes, () => resolve()));
  const pipe = unblockedPipe(descriptor);
  if (pipe !== null) {
    pipe.on("error", (error) => stream.emit("error", error));
    return (bytes) => new Promise((resolve) => void pipe.write(bytes, () => resolve()));
  }
  let last = Promise.resolve();
  return (bytes) =>
    (last = last.then(() => writeAll(stream, descriptor, typeof bytes === "string" ? Buffer.from(bytes) : bytes)));
}

/**
 * The same pipe once more, not blocking: for us alone, since others who share the first would be told EAGAIN too. The event loop waits for room in it,
 * which costs much less than a thread that does.
 *
 * @returns null when it is something else, or cannot be opened again.
 */
function unblockedPipe(descriptor: number): Socket | null {
  try {
    if (!fstatSync(descriptor).isFIFO()) return null;
    const fd = openSync(`/proc/self/fd/${descriptor}`, constants.O_WRONLY | constants.O_NONBLOCK);
    try {
      return new Socket({ fd, readable: false, writable: true }).unref();
    } catch (error) {
      closeSync(fd);
      throw error;
    }
  } catch {
    return null;
  }
}

/** By a thread of node's pool, which may wait as long as the terminal likes. */
async function writeAll(stream: NodeJS.WriteStream, descriptor: number, bytes: Buffer): Promise<void> {
  for (let at = 0; at < bytes.length;) {
    try {
      at += (await writeByThread(descriptor, bytes, at)).bytesWritten;
    } catch (error) {
      // Somebody who shares the terminal made it non-blocking.
      if (errnoOf(error) === "EAGAIN") await delay(10);
      else return void stream.emit("error", error);
    }
  }
}
