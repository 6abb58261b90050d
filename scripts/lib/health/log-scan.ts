import { stripVTControlCharacters } from "node:util";
import type { ProbeContext } from "./probe-context.ts";
import { type Finding, aborted, failure, success } from "./probe-result.ts";

/** A line without an end is remembered up to this length. */
const longestPartial = 1024 * 1024;

/**
 * Looks for a line that matches, from the beginning of this run's log; each call goes on where the last one ended.
 * A last line that has no newline yet counts as well. Colours do not hinder a match.
 *
 * @param pattern The source of a regular expression.
 * @throws {SyntaxError} When it is none.
 */
export function logScan(
  pattern: string,
  readLog: ProbeContext["readLog"],
): (signal: AbortSignal | undefined) => Promise<Finding> {
  const expression = new RegExp(pattern);
  let offset = 0;
  let partial = "";

  const matches = (raw: string): boolean => {
    const line = raw.endsWith("\r") ? raw.slice(0, -1) : raw;
    return expression.test(line) || (line.includes("\u001B") && expression.test(stripVTControlCharacters(line)));
  };

  return async (signal) => {
    for (;;) {
      if (signal?.aborted) return aborted;
      const { text, nextOffset } = await readLog(offset);
      // A log that was cut off begins anew.
      if (nextOffset < offset) partial = "";
      offset = nextOffset;
      if (text === "") return failure("other", `no line matches /${pattern}/ yet`);
      const lines = (partial + text).split("\n");
      partial = lines.at(-1) ?? "";
      if (lines.some(matches)) return success(`a line matches /${pattern}/`);
      if (partial.length > longestPartial) partial = partial.slice(-longestPartial);
    }
  };
}
