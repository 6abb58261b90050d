const newline = 0x0a;
const tab = 0x09;
const del = 0x7f;
/** The first byte of U+0080 to U+009F in UTF-8, the C1 controls, and of some harmless letters. */
const c1Lead = 0xc2;

/** Whether a byte may begin something that must not reach a terminal. */
export function isControl(byte: number): boolean {
  return !isText(byte) || byte === del || byte === c1Lead;
}

/**
 * Finds the bytes of one chunk that need a closer look, in rising order. Most chunks have none, and that is found out at several
 * bytes a nanosecond: four bytes are compared at once, and the two values above 0x1F are left to memchr.
 */
export class ControlFinder {
  readonly #bytes: Buffer;
  readonly #words: Int32Array;
  /** Where the first whole word lies in `bytes`. */
  readonly #wordsFrom: number;
  // Each is looked for again only when it has been passed.
  #nextLow: number;
  #nextDel: number;
  #nextLead: number;

  constructor(bytes: Buffer) {
    this.#bytes = bytes;
    this.#wordsFrom = Math.min(bytes.length, (4 - (bytes.byteOffset & 3)) & 3);
    const words = (bytes.length - this.#wordsFrom) >> 2;
    this.#words = new Int32Array(bytes.buffer, bytes.byteOffset + this.#wordsFrom, words);
    this.#nextLow = this.#firstLow(0);
    this.#nextDel = found(bytes, del, 0);
    this.#nextLead = found(bytes, c1Lead, 0);
  }

  /** @returns The first at `from` or behind it; the chunk's length when there is none. */
  first(from: number): number {
    const bytes = this.#bytes;
    if (this.#nextLow < from) this.#nextLow = this.#firstLow(from);
    if (this.#nextDel < from) this.#nextDel = found(bytes, del, from);
    if (this.#nextLead < from) this.#nextLead = found(bytes, c1Lead, from);
    return Math.min(this.#nextLow, this.#nextDel, this.#nextLead);
  }

  #firstLow(from: number): number {
    const bytes = this.#bytes;
    const words = this.#words;
    let at = from;
    for (; at < bytes.length && (at < this.#wordsFrom || ((at - this.#wordsFrom) & 3) !== 0); at += 1) {
      if (isControl(bytes[at] ?? 0)) return at;
    }
    const word = firstWithControl(words, (at - this.#wordsFrom) >> 2);
    at = Math.max(at, this.#wordsFrom + word * 4);
    // Either in this word, or among the bytes behind the last.
    while (at < bytes.length && !isControl(bytes[at] ?? 0)) at += 1;
    return at;
  }
}

/** The first word that has a byte below 0x20 but newlines and tabs; their number where none has. */
function firstWithControl(words: Int32Array, from: number): number {
  for (let index = from; index < words.length; index += 1) {
    const word = (words[index] ?? 0) | 0;
    // The high bit of a byte is set where that byte is below 0x20.
    if (((word - 0x20202020) & ~word & 0x80808080) === 0) continue;
    const isPlain =
      isText(word & 0xff) && isText((word >> 8) & 0xff) && isText((word >> 16) & 0xff) && isText(word >>> 24);
    if (!isPlain) return index;
  }
  return words.length;
}

function isText(byte: number): boolean {
  return byte >= 0x20 || byte === newline || byte === tab;
}

function found(bytes: Buffer, byte: number, from: number): number {
  const at = bytes.indexOf(byte, from);
  return at === -1 ? bytes.length : at;
}
