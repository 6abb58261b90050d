import { write } from "node:fs";
import { promisify } from "node:util";
import { setTimeout as delay } from "node:timers/promises";
import { errnoOf } from "../diagnostic/errno-of.ts";
import { drained } from "./output-watch.ts";

/**
 * Writes to a stream, in order, and never holds this process up. Node writes to a terminal synchronously: one that is held (Ctrl-S, a
 * connection that hangs) would hold all that goes on here, and with it the services' supervisor.
 *
 * @returns Resolves when the text has left the process, or can't; what is wrong is reported by the stream itself.
 */
export function outlet(stream: NodeJS.WriteStream): (text: string) => Promise<void> {
  let last = Promise.resolve();
  const descriptor = "fd" in stream && typeof stream.fd === "number" ? stream.fd : null;
  if (stream.isTTY && descriptor !== null) {
    return (text) => (last = last.then(() => writeAll(stream, descriptor, Buffer.from(text))));
  }
  return async (text) => {
    if (!stream.write(text)) await drained(stream);
  };
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
