import { write } from "node:fs";
import { promisify } from "node:util";
import { setTimeout as delay } from "node:timers/promises";
import { errnoOf } from "../diagnostic/errno-of.ts";

/**
 * Writes to a stream, in order, and never holds this process up. Node writes to a terminal or a pipe synchronously: one that is held (Ctrl-S, a
 * reader that pauses, a connection that hangs) would hold all that goes on here, and with it the services' supervisor.
 *
 * @returns Resolves when the bytes have left the process, or can't; what is wrong is reported by the stream itself.
 */
export function outlet(stream: NodeJS.WriteStream): (bytes: string | Buffer) => Promise<void> {
  let last = Promise.resolve();
  const descriptor = "fd" in stream && typeof stream.fd === "number" ? stream.fd : null;
  if (descriptor === null) return (bytes) => new Promise((resolve) => void stream.write(bytes, () => resolve()));
  return (bytes) =>
    (last = last.then(() => writeAll(stream, descriptor, typeof bytes === "string" ? Buffer.from(bytes) : bytes)));
}

/** By a thread of node's pool, which may wait as long as the terminal likes. */
async function writeAll(stream: NodeJS.WriteStream, descriptor: number, bytes: Buffer): Promise<void> {
  for (let at = 0; at < bytes.length;) {
    try {
      at += (await promisify(write)(descriptor, bytes, at)).bytesWritten;
    } catch (error) {
      // Somebody who shares the terminal made it non-blocking.
      if (errnoOf(error) === "EAGAIN") await delay(10);
      else return void stream.emit("error", error);
    }
  }
}
