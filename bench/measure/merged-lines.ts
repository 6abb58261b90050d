import { closeSync, openSync, readSync } from "node:fs";

/** What became of the lines of several chatters in one output. */
export interface MergedLines {
  /** Lines of the output that are none of any chatter's, or come after a later one of the same. */
  readonly torn: number;
  /** Lines that are not there as they were written. */
  readonly lost: number;
}

/** In front of the rest of a line whose beginning was shown while its end was not there yet: this is `logs -f`, as it is documented. */
const continuation = Buffer.from("… ").toString("latin1");

/**
 * Looks at every line of an output: its prefix says whose it is, its number whether it comes in its turn.
 *
 * @param prefixes One for each chatter, all of one length.
 * @param lines How many each has written.
 */
export function mergedLines(file: string, prefixes: readonly string[], lines: number): MergedLines {
  const next = new Map(prefixes.map((prefix) => [prefix, 0]));
  const length = prefixes[0]?.length ?? 0;
  const tail = ` ${"x".repeat(89)}`;
  let torn = 0;
  let whole = 0;
  const begun = new Map<string, string>();
  let rest = "";
  const block = Buffer.alloc(1024 * 1024);
  const fd = openSync(file, "r");
  try {
    for (let read = readSync(fd, block); read > 0; read = readSync(fd, block)) {
      const texts = (rest + block.toString("latin1", 0, read)).split("\n");
      rest = texts.pop() ?? "";
      for (const text of texts) {
        const prefix = text.slice(0, length);
        const isContinued = text.startsWith(continuation, length) && begun.has(prefix);
        const line = isContinued
          ? `${begun.get(prefix)}${text.slice(length + continuation.length)}`
          : text.slice(length);
        begun.set(prefix, line);
        // What was taken for torn before its rest was seen.
        if (isContinued) torn -= 1;
        const number = Number(line.slice(0, 9));
        if (line.slice(9) === tail && number >= (next.get(prefix) ?? Number.POSITIVE_INFINITY)) {
          next.set(prefix, number + 1);
          whole += 1;
        } else torn += 1;
      }
    }
  } finally {
    closeSync(fd);
  }
  return { torn: torn + (rest === "" ? 0 : 1), lost: prefixes.length * lines - whole };
}
