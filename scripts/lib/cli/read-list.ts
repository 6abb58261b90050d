import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { addAbortSignal } from "node:stream";
import { text } from "node:stream/consumers";
import { errnoOf } from "../diagnostic/errno-of.ts";
import { exitCodes, userError } from "../diagnostic/user-error.ts";

/**
 * The text of a file the user named after an option.
 *
 * @param source Relative to `cwd`; `-`: standard input.
 * @param signal Aborted: nobody waits for standard input any more.
 * @throws {UserError} `USAGE` (exit code 64).
 */
export async function readList(option: string, source: string, cwd: string, signal: AbortSignal): Promise<string> {
  if (source === "-") return text(addAbortSignal(signal, process.stdin));
  try {
    return readFileSync(resolve(cwd, source), "utf8");
  } catch (error) {
    const message = `${option}: ${resolve(cwd, source)} cannot be read: ${errnoOf(error)}`;
    throw userError("USAGE", message, { exitCode: exitCodes.usage });
  }
}
