import type { LineSink } from "./line-sink.ts";

const newline = 0x0a;

/** A sink for whoever has to look at every line by itself. The bytes are valid only during the call. */
export function eachLine(take: (line: Buffer, isContinued: boolean) => void): LineSink {
  return {
    lines(bytes, from, to) {
      for (let at = from; at < to;) {
        const end = bytes.indexOf(newline, at);
        take(bytes.subarray(at, end), false);
        at = end + 1;
      }
    },
    piece: take,
  };
}
