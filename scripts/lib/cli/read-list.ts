import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { text } from "node:stream/consumers";
import { errnoOf } from "../diagnostic/errno-of.ts";
import { exitCodes, userError } from "../diagnostic/user-error.ts";

/**
 * The text of a file the user named after an option.
 *
 * @param source Relative to `cwd`; `-`: standard input.
 * @throws {UserError} `USAGE` (exit code 64).
 */
export async function readList(option: string, source: string, cwd: string): Promise<string> {
  if (source === "-") return text(process.stdin);
  try {
    return readFileSync(resolve(cwd, source), "utf8");
  } catch (error) {
    const message = `${option}: ${resolve(cwd, source)} cannot be read: ${errnoOf(error)}`;
    throw userError("USAGE", message, { exitCode: exitCodes.usage });
  }
}
