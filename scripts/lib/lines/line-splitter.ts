import { ControlFinder } from "./first-control.ts";
import { HeldLine } from "./held-line.ts";
import { IdleTimer } from "./idle-timer.ts";
import type { LineSink } from "./line-sink.ts";

const newline = 0x0a;

export interface LineSplitterOptions {
  readonly sink: LineSink;
  /** Colours, attributes and links stay. */
  readonly color: boolean;
  /** Lines of more bytes are given away in pieces. */
  readonly longestBytes: number;
  /** What is begun of a line is given away when nothing has come for so long, which is told; null: it waits for its end. */
  readonly idle: { readonly ms: number; readonly onGiven: () => void } | null;
}

/**
 * Makes lines of the bytes of one source, however they are cut into chunks. A line ends at a newline and nowhere else. What
 * would steer the terminal is taken out (`EscapeFilter`, `HeldLine`).
 *
 * Runs of lines that have nothing to take out are found with a few comparisons and passed on as they are.
 */
export class LineSplitter {
  readonly #sink: LineSink;
  readonly #held: HeldLine;
  readonly #longestBytes: number;
  readonly #idle: IdleTimer | null;

  constructor({ sink, color, longestBytes, idle }: LineSplitterOptions) {
    this.#sink = sink;
    this.#longestBytes = longestBytes;
    this.#held = new HeldLine({ color, longestBytes, onPiece: (bytes, isContinued) => sink.piece(bytes, isContinued) });
    this.#idle = idle && new IdleTimer(idle.ms, () => this.#giveBegun(idle.onGiven));
  }

  /** @param bytes May be used again by the caller afterwards. */
  push(bytes: Buffer): void {
    const finder = new ControlFinder(bytes);
    for (let at = 0; at < bytes.length;) at = this.#plainLines(bytes, this.#heldLine(bytes, at, finder), finder);
    this.resume();
  }

  /** Nothing more is read of the source for now: that nothing comes is not its doing. */
  pause(): void {
    this.#idle?.stop();
  }

  /** More may come from now on. */
  resume(): void {
    if (this.#held.hasText) this.#idle?.begin();
    else this.#idle?.stop();
  }

  /** A line that was begun does not go on; the next bytes begin another. */
  end(): void {
    this.#held.breakOff();
  }

  #giveBegun(onGiven: () => void): void {
    if (!this.#held.hasText) return;
    this.#held.givePiece();
    onGiven();
  }

  /** The line that is begun, or the next one where it cannot be taken as it is. @returns Where the next line begins. */
  #heldLine(bytes: Buffer, from: number, finder: ControlFinder): number {
    const first = bytes.indexOf(newline, from);
    const end = first === -1 ? bytes.length : first;
    const isWhole = first !== -1 && end - from <= this.#longestBytes;
    if (isWhole && this.#held.isAtRest && finder.first(from) > end) return from;
    this.#held.feed(bytes, from, end);
    if (first === -1) return bytes.length;
    this.#held.endLine();
    return end + 1;
  }

  /** Lines with nothing to take out. @returns Where the next line begins. */
  #plainLines(bytes: Buffer, from: number, finder: ControlFinder): number {
    if (from === bytes.length || !this.#held.isAtRest) return from;
    const control = finder.first(from);
    let at = from;
    while (at < control) {
      // In so short a stretch no line can be too long.
      const to = Math.min(control, at + this.#longestBytes + 1);
      const end = bytes.lastIndexOf(newline, to - 1) + 1;
      if (end <= at) break;
      this.#sink.lines(bytes, at, end);
      at = end;
    }
    return at;
  }
}
