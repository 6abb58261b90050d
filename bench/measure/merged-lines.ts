import { closeSync, openSync, readSync } from "node:fs";

/** What became of the lines of several chatters in one output. */
export interface MergedLines {
  /** Lines of the output that are none of any chatter's, or come after a later one of the same. */
  readonly torn: number;
  /** Lines that are not there as they were written. */
  readonly lost: number;
}

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
  let rest = "";
  const block = Buffer.alloc(1024 * 1024);
  const fd = openSync(file, "r");
  try {
    for (let read = readSync(fd, block); read > 0; read = readSync(fd, block)) {
      const texts = (rest + block.toString("latin1", 0, read)).split("\n");
      rest = texts.pop() ?? "";
      for (const text of texts) {
        const prefix = text.slice(0, length);
        const number = Number(text.slice(length, length + 9));
        if (text.slice(length + 9) === tail && number >= (next.get(prefix) ?? Number.POSITIVE_INFINITY)) {
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
