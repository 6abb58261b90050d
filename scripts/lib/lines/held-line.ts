import { EscapeFilter } from "./escape-filter.ts";
import { GrowingBytes } from "./growing-bytes.ts";
import { resetStyle, TextStyle } from "./text-style.ts";

export interface HeldLineOptions {
  /** Colours, attributes and links stay. */
  readonly color: boolean;
  /** A line of more bytes is given away in pieces. */
  readonly longestBytes: number;
  readonly onPiece: (bytes: Buffer, isContinued: boolean) => void;
}

const endLink = Buffer.from("\u001B]8;;\u001B\\");
/** Of style sequences with no text between them. */
const mostQueuedBytes = 4_096;

/**
 * The line that a service is just writing, as it is to be shown.
 *
 * After a carriage return the next text takes the place of what the line had. What a piece has of colours and links ends with it,
 * and is opened again where the next text comes. A piece is never cut within a character or a sequence.
 */
export class HeldLine {
  readonly #options: HeldLineOptions;
  readonly #filter: EscapeFilter;
  readonly #bytes = new GrowingBytes(256);
  /** Sequences since the last text. */
  readonly #queued = new GrowingBytes(64);
  /** Whether nothing was in force before the first of them. */
  #queuedOnPlain = true;
  readonly #style = new TextStyle();
  #link: Buffer | null = null;
  /** What is in force where the held text ends, and has to be taken back at the end of the piece. */
  #shown = { style: false, link: false };
  #isContinued = false;
  #hasReturned = false;

  constructor(options: HeldLineOptions) {
    this.#options = options;
    this.#filter = new EscapeFilter({
      text: (bytes, from, to) => this.#text(bytes, from, to),
      sequence: (kind, bytes) => {
        if (options.color) this.#restyle(kind, bytes);
      },
      carriageReturn: () => {
        this.#hasReturned = true;
      },
    });
  }

  /** Whether the next line can be taken as it is: no line is begun, and no colour is in force. */
  get isAtRest(): boolean {
    const isEmpty = this.#bytes.length === 0 && !this.#isContinued && !this.#hasReturned && this.#queued.length === 0;
    return isEmpty && this.#filter.isAtRest && this.#style.isPlain && this.#link === null;
  }

  get hasText(): boolean {
    return this.#bytes.length > 0;
  }

  feed(bytes: Buffer, from: number, to: number): void {
    this.#filter.feed(bytes, from, to);
  }

  /** The line has come to its end. One whose pieces have all been given away already is over without a word. */
  endLine(): void {
    this.#filter.endLine();
    if (this.hasText || !this.#isContinued) this.#giveAway(this.#bytes.length);
    this.#beginLine();
  }

  /** Nothing more comes of the line: it has ended where there is something to see of it. */
  breakOff(): void {
    this.#filter.endLine();
    if (this.hasText) this.#giveAway(this.#bytes.length);
    this.#beginLine();
  }

  #beginLine(): void {
    this.#queued.cut(0);
    this.#isContinued = false;
    this.#hasReturned = false;
  }

  /** Gives away what there is of the line; a character of which a part is missing waits. */
  givePiece(): void {
    const end = this.#bytes.length - beginningOfCharacter(this.#bytes.view());
    if (end > 0) this.#giveAway(end);
  }

  #text(bytes: Buffer, from: number, to: number): void {
    if (this.#hasReturned) {
      this.#hasReturned = false;
      this.#bytes.cut(0);
    }
    const { longestBytes } = this.#options;
    for (let at = from; at < to;) {
      this.#styleText();
      if (this.#bytes.length >= longestBytes) this.givePiece();
      // Given away, it has to be opened again.
      this.#styleText();
      const end = Math.min(to, at + Math.max(1, longestBytes - this.#bytes.length));
      this.#bytes.append(bytes, at, end);
      at = end;
    }
  }

  /** What is in force, in front of a piece's first text; what has changed, in front of any other. */
  #styleText(): void {
    if (this.#queued.length > 0 && (this.#bytes.length > 0 || this.#queuedOnPlain)) this.#bytes.appendAll(this.#queued);
    else if (this.#bytes.length === 0) {
      if (!this.#style.isPlain) this.#bytes.append(this.#style.toSequence());
      if (this.#link !== null) this.#bytes.append(this.#link);
    } else return;
    this.#queued.cut(0);
    this.#shown = { style: !this.#style.isPlain, link: this.#link !== null };
  }

  #restyle(kind: "sgr" | "link", bytes: Buffer): void {
    if (this.#queued.length === 0) this.#queuedOnPlain = this.#style.isPlain && this.#link === null;
    if (kind === "sgr") this.#style.apply(bytes);
    else
      this.#link =
        bytes.toString("latin1").startsWith("\u001B]8;;\u0007") || bytes.equals(endLink) ? null : Buffer.from(bytes);
    this.#queued.append(bytes);
    if (this.#queued.length <= mostQueuedBytes) return;
    this.#queued.cut(0);
    for (const part of [resetStyle, this.#style.toSequence(), this.#link ?? endLink]) this.#queued.append(part);
  }

  /** The first `end` bytes leave; what is behind them is the beginning of a character. */
  #giveAway(end: number): void {
    const rest = end < this.#bytes.length ? Buffer.from(this.#bytes.view(end)) : null;
    this.#bytes.cut(end);
    const { style, link } = this.#shown;
    // The service's own end of its colours, where it has one.
    if ((style || link) && this.#style.isPlain && this.#link === null) this.#bytes.appendAll(this.#queued);
    else {
      if (style) this.#bytes.append(resetStyle);
      if (link) this.#bytes.append(endLink);
    }
    this.#options.onPiece(this.#bytes.view(), this.#isContinued);
    this.#bytes.cut(0);
    this.#queued.cut(0);
    this.#shown = { style: false, link: false };
    this.#isContinued = true;
    if (rest !== null) this.#text(rest, 0, rest.length);
  }
}

/** How many bytes at the end are the beginning of a UTF-8 sequence whose end is missing. */
function beginningOfCharacter(bytes: Buffer): number {
  for (let back = 1; back <= Math.min(3, bytes.length); back += 1) {
    const byte = bytes[bytes.length - back] ?? 0;
    if (byte >> 6 === 0b10) continue;
    const length = byte >> 5 === 0b110 ? 2 : byte >> 4 === 0b1110 ? 3 : byte >> 3 === 0b11110 ? 4 : 1;
    return length > back ? back : 0;
  }
  return 0;
}
