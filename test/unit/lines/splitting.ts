import { LineSplitter } from "../../../scripts/lib/lines/line-splitter.ts";

export interface Splitting {
  readonly color?: boolean;
  readonly longestBytes?: number;
}

/** What becomes of bytes that come in these chunks: every line, or piece of one that goes on with "+". */
export function linesOf(chunks: readonly (string | Buffer)[], options: Splitting = {}): readonly string[] {
  return bytesOf(chunks, options).map((line) => line.toString());
}

/** The same as bytes. */
export function bytesOf(chunks: readonly (string | Buffer)[], options: Splitting = {}): readonly Buffer[] {
  const { color = false, longestBytes = 64 * 1024 } = options;
  const lines: Buffer[] = [];
  const splitter = new LineSplitter({
    color,
    longestBytes,
    idle: null,
    sink: {
      lines(bytes, from, to) {
        for (let at = from; at < to;) {
          const end = bytes.indexOf(0x0a, at);
          lines.push(Buffer.from(bytes.subarray(at, end)));
          at = end + 1;
        }
      },
      piece: (bytes, isContinued) => lines.push(Buffer.concat([Buffer.from(isContinued ? "+" : ""), bytes])),
    },
  });
  for (const chunk of chunks) splitter.push(Buffer.from(chunk));
  splitter.end();
  return lines;
}
