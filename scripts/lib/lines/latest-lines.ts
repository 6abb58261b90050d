import { eachLine } from "./each-line.ts";
import type { LineSink } from "./line-sink.ts";

interface Kept {
  readonly sink: LineSink;
  readonly line: Buffer;
  readonly isContinued: boolean;
  readonly at: number | null;
}

/** Keeps the latest lines of each source back until it is known that they are the latest. */
export class LatestLines {
  readonly #most: number;
  readonly #sources: Kept[][] = [];
  #isReleased = false;

  /** @param most Of each source. */
  constructor(most: number) {
    this.#most = most;
  }

  /** @param at When what is just coming was written, in milliseconds since the epoch; null: not known. */
  source(sink: LineSink, at: () => number | null): LineSink {
    const kept: Kept[] = [];
    this.#sources.push(kept);
    return eachLine((line, isContinued) => {
      if (this.#isReleased) return sink.piece(line, isContinued);
      kept.push({ sink, line: Buffer.from(line), isContinued, at: at() });
      // Seldom, since it moves them all.
      if (kept.length > 2 * this.#most) kept.splice(0, kept.length - this.#most);
    });
  }

  /** Passes on what is kept, in the order of time, and from now on whatever comes. */
  release(): void {
    const most = this.#most;
    const latest = this.#sources.flatMap((kept) => kept.slice(Math.max(0, kept.length - most)));
    this.#isReleased = true;
    for (const { sink, line, isContinued } of latest.toSorted((a, b) => (a.at ?? 0) - (b.at ?? 0))) {
      sink.piece(line, isContinued);
    }
  }
}
