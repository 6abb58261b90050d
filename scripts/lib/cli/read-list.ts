import { readFile } from "node:fs/promises";
import { resolve } from "node:path";
import { addAbortSignal } from "node:stream";
import { text } from "node:stream/consumers";
import { errnoOf } from "../diagnostic/errno-of.ts";
import { exitCodes, userError } from "../diagnostic/user-error.ts";

/**
 * The text of a file the user named after an option.
 *
 * @param source Relative to `cwd`; `-`: standard input.
 * @param signal Aborted: nobody waits for it any more; then it throws the signal's reason.
 * @throws {UserError} `USAGE` (exit code 64).
 */
export async function readList(option: string, source: string, cwd: string, signal: AbortSignal): Promise<string> {
  if (source === "-") return text(addAbortSignal(signal, process.stdin));
  try {
    // A FIFO to which nobody writes is waited for by a thread, which no signal ends.
    return await Promise.race([readFile(resolve(cwd, source), { encoding: "utf8", signal }), rejectedBy(signal)]);
  } catch (error) {
    signal.throwIfAborted();
    const message = `${option}: ${resolve(cwd, source)} cannot be read: ${errnoOf(error)}`;
    throw userError("USAGE", message, { exitCode: exitCodes.usage });
  }
}

function rejectedBy(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    signal.addEventListener("abort", () => reject(signal.reason), { once: true });
  });
}
