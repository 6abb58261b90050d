import { isControl } from "./first-control.ts";
import { GrowingBytes } from "./growing-bytes.ts";

/** What is found in a service's output. */
export interface FilterSink {
  /** Text without controls but tabs. Valid only during the call. */
  text(bytes: Buffer, from: number, to: number): void;
  /** A sequence that is harmless: colours and attributes, or a link (OSC 8). Valid only during the call. */
  sequence(kind: "sgr" | "link", bytes: Buffer): void;
  carriageReturn(): void;
}

type State = "ground" | "escape" | "escape intermediate" | "csi" | "string" | "string escape" | "c1 lead";

const [bell, verticalTab, formFeed, carriageReturn, cancel, substitute, escape, del] = [
  0x07, 0x0b, 0x0c, 0x0d, 0x18, 0x1a, 0x1b, 0x7f,
];
const esc = "\u001B";
const c1Lead = Buffer.from([0xc2]);
const replacement = Buffer.from("\uFFFD");
/** What would end a line elsewhere, or a text, is shown as a picture: U+2400 and the control's own number. */
const pictures = new Map(
  [0, verticalTab, formFeed].map((code) => [code, Buffer.from(String.fromCodePoint(0x2400 + code))]),
);
const longestSgr = 128;
const longestLink = 4_096;
const isLink = new RegExp(`^${esc}\\]8;[ -~]*(?:\u0007|${esc}\\\\)$`);

/**
 * Reads a service's output byte by byte and tells text from what would steer the terminal: cursor movement, clearing, titles,
 * the alternate screen, device control. A state machine: it may be fed in any pieces, and finds the same.
 *
 * Control sequences as ECMA-48 has them. One without an end ends with its line. NUL, vertical tab and form feed are shown as
 * ␀, ␋ and ␌; other lone controls are left out, tabs stay. Bytes that are no UTF-8 are text.
 */
export class EscapeFilter {
  readonly #sink: FilterSink;
  readonly #sequence = new GrowingBytes(64);
  #state: State = "ground";
  #isOsc = false;
  /** Whether the sequence has digits and their separators only so far. */
  #isNumbers = true;

  constructor(sink: FilterSink) {
    this.#sink = sink;
  }

  /** Whether nothing is begun. */
  get isAtRest(): boolean {
    return this.#state === "ground";
  }

  /** A part of a line; no newline in it. */
  feed(bytes: Buffer, from: number, to: number): void {
    for (let at = from; at < to;) {
      if (this.#state !== "ground") {
        at = this.#goOn(bytes, at);
        continue;
      }
      let end = at;
      while (end < to && (!isControl(bytes[end] ?? 0) || isLetter(bytes, end, to))) end += 1;
      if (end > at) this.#sink.text(bytes, at, end);
      if (end < to) this.#begin(bytes[end] ?? 0);
      at = end + 1;
    }
  }

  /** The line is over, and with it whatever was begun. */
  endLine(): void {
    if (this.#state === "c1 lead") this.#sink.text(c1Lead, 0, 1);
    this.#state = "ground";
  }

  #begin(byte: number): void {
    if (byte === escape) this.#beginSequence();
    else if (byte === carriageReturn) this.#sink.carriageReturn();
    else if (byte === c1Lead[0]) this.#state = "c1 lead";
    else {
      const picture = pictures.get(byte);
      if (picture) this.#sink.text(picture, 0, picture.length);
    }
  }

  /** No UTF-8, so bytes that are text. But what follows may be left out, and what comes after that must not become a control with it. */
  #loneLead(next: number): void {
    const shown = isControl(next) ? replacement : c1Lead;
    this.#sink.text(shown, 0, shown.length);
  }

  #beginSequence(): void {
    this.#state = "escape";
    this.#sequence.cut(0);
    this.#sequence.appendByte(escape);
  }

  /** @returns Where to go on: behind the byte, or at it when it belongs to something else. */
  #goOn(bytes: Buffer, at: number): number {
    const byte = bytes[at] ?? 0;
    switch (this.#state) {
      case "c1 lead":
        this.#state = "ground";
        // Its first byte may have come with an earlier chunk.
        if (isC1(byte)) return at + 1;
        this.#loneLead(byte);
        return at;
      case "escape":
        return this.#escape(byte, at);
      case "escape intermediate":
        if (byte >= 0x20 && byte <= 0x2f) return at + 1;
        this.#state = "ground";
        return byte >= 0x30 && byte <= 0x7e ? at + 1 : at;
      case "csi":
        return this.#csi(byte, at);
      case "string":
        return this.#string(byte, at);
      case "string escape":
        if (byte === 0x5c) {
          this.#keep(byte);
          this.#endString();
          return at + 1;
        }
        // The string has no end: another sequence begins.
        this.#beginSequence();
        return at;
      default:
        throw new Error("nothing is begun");
    }
  }

  #escape(byte: number, at: number): number {
    if (byte === 0x5b) {
      this.#state = "csi";
      this.#isNumbers = true;
      this.#keep(byte);
    } else if (byte === 0x5d || byte === 0x50 || byte === 0x58 || byte === 0x5e || byte === 0x5f) {
      this.#state = "string";
      this.#isOsc = byte === 0x5d;
      this.#keep(byte);
    } else if (byte >= 0x20 && byte <= 0x2f) this.#state = "escape intermediate";
    else {
      this.#state = "ground";
      if (byte < 0x30 || byte > 0x7e) return at;
    }
    return at + 1;
  }

  #csi(byte: number, at: number): number {
    if (byte >= 0x20 && byte <= 0x3f) {
      // Digits, : and ; are 0x30 to 0x3B.
      this.#isNumbers &&= byte >= 0x30 && byte <= 0x3b;
      this.#keep(byte);
      return at + 1;
    }
    if (byte === del) return at + 1;
    this.#state = "ground";
    if (byte === cancel || byte === substitute) return at + 1;
    if (byte < 0x40 || byte > 0x7e) return at;
    this.#keep(byte);
    const isSgr = byte === 0x6d && this.#isNumbers && this.#sequence.length <= longestSgr;
    if (isSgr) this.#sink.sequence("sgr", this.#sequence.view());
    return at + 1;
  }

  #string(byte: number, at: number): number {
    if (byte === cancel || byte === substitute) this.#state = "ground";
    else {
      this.#keep(byte);
      if (byte === bell) this.#endString();
      else if (byte === escape) this.#state = "string escape";
    }
    return at + 1;
  }

  #endString(): void {
    this.#state = "ground";
    const sequence = this.#sequence.view();
    if (this.#isOsc && sequence.length <= longestLink && isLink.test(sequence.toString("latin1"))) {
      this.#sink.sequence("link", sequence);
    }
  }

  /** What is longer than any that is kept need not be remembered. */
  #keep(byte: number): void {
    if (this.#sequence.length <= longestLink) this.#sequence.appendByte(byte);
  }
}

/** Half of what begins like a C1 control is one of the letters and signs from U+00A0 to U+00BF. */
function isLetter(bytes: Buffer, at: number, to: number): boolean {
  const next = bytes[at + 1] ?? 0;
  return bytes[at] === c1Lead[0] && at + 1 < to && !isC1(next) && !isControl(next);
}

function isC1(second: number): boolean {
  return second >= 0x80 && second <= 0x9f;
}
