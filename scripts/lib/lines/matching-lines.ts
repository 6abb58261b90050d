import { stripVTControlCharacters } from "node:util";
import { userError } from "../diagnostic/user-error.ts";
import { eachLine } from "./each-line.ts";
import type { LineSink } from "./line-sink.ts";

/**
 * A regular expression as a user typed it after an option.
 *
 * @throws {UserError} `USAGE` (exit code 64) with what the engine says of it.
 */
export function linePattern(option: string, source: string): RegExp {
  try {
    return new RegExp(source);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw userError("USAGE", `${option} must be a regular expression, but is ${JSON.stringify(source)}`, {
      hint: `${why}. JavaScript's regular expressions are meant; a \\ in front of a special character takes it as it is.`,
      exitCode: 64,
    });
  }
}

/** Passes on the lines that match, by what is seen of them: colours do not count. */
export function matchingLines(pattern: RegExp, sink: LineSink): LineSink {
  return eachLine((line, isContinued) => {
    if (pattern.test(seenOf(line))) sink.piece(line, isContinued);
  });
}

/** Bytes that are no UTF-8 become U+FFFD. */
export function seenOf(line: Buffer): string {
  const text = line.toString("utf8");
  return text.includes("\u001B") ? stripVTControlCharacters(text) : text;
}
