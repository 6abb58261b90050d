import { linePrefixes, type PrefixStyle } from "./line-prefixes.ts";
import type { LineSink } from "./line-sink.ts";
import { LineSplitter } from "./line-splitter.ts";
import { LineWriter } from "./line-writer.ts";

/** How long what is begun of a line may wait for the rest. */
const idleMs = 250;

/** Longest line, in bytes, before it is given away in pieces: it would fill a terminal's screen; a program that reads takes more. */
export const longestLineBytes = { terminal: 64 * 1024, pipe: 1024 * 1024 } as const;

/** Stands in front of a piece whose line was begun in an earlier one. */
const continuation = Buffer.from("… ");
const newline = Buffer.from("\n");
const nothing = Buffer.alloc(0);

export interface MultiplexerOptions {
  /** Gets whole lines, one call at a time; the bytes are used again once its promise, if it gives one, is settled. */
  readonly write: (bytes: Buffer) => void | Promise<void>;
  /** Colours of the sources stay, and prefixes have some. */
  readonly color: boolean;
  readonly longestLineBytes: number;
  /** Sources whose names stand in front of their lines, in the order that decides on colours; null: lines bear no name. */
  readonly names: readonly string[] | null;
  /** How the name stands there. Default: `bar`. */
  readonly prefix?: PrefixStyle;
  /** Columns that a name takes on a terminal. Default: one for each of its characters. */
  readonly widthOf?: (name: string) => number;
  /** What is begun of a line is shown after 250 ms without more. Default: true. */
  readonly showsBegun?: boolean;
  /**
   * Where the writer is slower than the sources. Default: they wait, and nothing is lost. Else what does not fit is dropped, and
   * what this makes of the number of lines dropped is shown in their place.
   */
  readonly dropped?: (lines: number, name: string) => string;
}

interface LineSource {
  /** Takes bytes, which may be used again afterwards. Whoever pushes more before the promise, if there is one, is fulfilled only fills the memory. */
  push(bytes: Buffer): Promise<void> | undefined;
  /** The source has ended, or goes on with something else: a line that was begun ends here. */
  end(): void;
}

export interface Multiplexer {
  /** @param around Looks at the lines of this source on their way, and passes on what is to be shown. */
  source(name: string, around?: (sink: LineSink) => LineSink): LineSource;
  /** Whole lines of our own, in order with those of the sources; never dropped. */
  readonly say: (lines: string) => void;
  /** Resolves when all that was pushed is written. */
  written(): Promise<void>;
}

/**
 * Many sources, one writer: whole lines only, each with its source's name in front, so that no line is ever torn. What would steer the
 * terminal is taken out of them.
 *
 * For `logs`, and for whatever else shows several programs at once. A chunk of plain lines costs one search and one copy of each line.
 */
export function multiplex(options: MultiplexerOptions): Multiplexer {
  const prefixOf = options.names === null ? () => nothing : linePrefixes(options.names, options);
  const toMark: (() => void)[] = [];
  const writer = new LineWriter(options.write, () => {
    for (const mark of toMark.splice(0)) mark();
  });

  /** Counts what is dropped, and says so as soon as there is room. */
  function orDropped(sink: LineSink, dropped: (lines: number, name: string) => string, name: string): LineSink {
    let count = 0;
    const drop = (lines: number): void => {
      if (count === 0) {
        toMark.push(() => {
          sink.piece(Buffer.from(dropped(count, name)), false);
          count = 0;
        });
      }
      count += lines;
    };
    return {
      lines: (bytes, from, to) => (writer.isFull ? drop(newlinesIn(bytes, from, to)) : sink.lines(bytes, from, to)),
      piece: (bytes, isContinued) => (writer.isFull ? drop(1) : sink.piece(bytes, isContinued)),
    };
  }

  return {
    source(name, around = (sink) => sink) {
      const prefix = prefixOf(name);
      const written: LineSink = {
        lines: (bytes, from, to) => writer.lines.appendLines(prefix, bytes, from, to),
        piece(bytes, isContinued) {
          const { lines } = writer;
          lines.append(prefix);
          if (isContinued) lines.append(continuation);
          lines.append(bytes);
          lines.append(newline);
        },
      };
      const sink = around(options.dropped ? orDropped(written, options.dropped, name) : written);
      const { color, longestLineBytes: longestBytes, showsBegun = true } = options;
      const idle = showsBegun ? { ms: idleMs, onGiven: () => writer.flush() } : null;
      const splitter = new LineSplitter({ sink, color, longestBytes, idle });
      return {
        push(bytes) {
          splitter.push(bytes);
          writer.flush();
          if (!writer.isFull || options.dropped) return undefined;
          splitter.pause();
          return writer.room().then(() => splitter.resume());
        },
        end() {
          splitter.end();
          writer.flush();
        },
      };
    },
    say(lines) {
      writer.lines.append(Buffer.from(lines));
      writer.flush();
    },
    written: () => writer.written(),
  };
}

function newlinesIn(bytes: Buffer, from: number, to: number): number {
  let count = 0;
  for (let at = bytes.indexOf(0x0a, from); at !== -1 && at < to; at = bytes.indexOf(0x0a, at + 1)) count += 1;
  return count;
}
