const newline = 0x0a;

/** Takes bytes as they come and gives lines as they end. */
export interface LineSplitter {
  /** The lines that ended with this chunk, without their newlines. What follows the last newline is held back. */
  readonly push: (chunk: Uint8Array) => readonly string[];
  /** What was held back, as a line; none when there is nothing. */
  readonly flush: () => readonly string[];
}

/**
 * Splits a stream into lines, at `\n` only: a carriage return is part of a progress display, not the end of a line.
 * Chunks may end within a character; bytes that are no UTF-8 become U+FFFD.
 */
export function splitLines(): LineSplitter {
  let held: Uint8Array[] = [];
  const take = (end: Uint8Array): string => {
    const text = Buffer.concat([...held, end]).toString("utf8");
    held = [];
    return text;
  };
  return {
    push: (chunk) => {
      const end = chunk.lastIndexOf(newline);
      if (end === -1) {
        if (chunk.length > 0) held.push(chunk);
        return [];
      }
      const lines = take(chunk.subarray(0, end)).split("\n");
      if (end + 1 < chunk.length) held.push(chunk.subarray(end + 1));
      return lines;
    },
    flush: () => (held.length === 0 ? [] : [take(new Uint8Array())]),
  };
}
