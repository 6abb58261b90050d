const newline = 0x0a;
/** A call out of JavaScript costs as much as so many bytes. */
const fewBytes = 48;

/** Bytes that are appended to, in one piece of memory that is used again. */
export class GrowingBytes {
  #bytes: Buffer;
  #length = 0;

  constructor(capacity: number) {
    this.#bytes = Buffer.allocUnsafeSlow(capacity);
  }

  get length(): number {
    return this.#length;
  }

  append(bytes: Buffer, from = 0, to = bytes.length): void {
    this.#makeRoom(to - from);
    copy(bytes, from, to, this.#bytes, this.#length);
    this.#length += to - from;
  }

  appendByte(byte: number): void {
    this.#makeRoom(1);
    this.#bytes[this.#length] = byte;
    this.#length += 1;
  }

  /** Whole lines, each with `prefix` in front of it. The last byte is a newline. */
  appendLines(prefix: Buffer, bytes: Buffer, from: number, to: number): void {
    if (prefix.length === 0) return this.append(bytes, from, to);
    let at = from;
    while (at < to) {
      const next = bytes.indexOf(newline, at) + 1;
      this.#makeRoom(prefix.length + next - at);
      copy(prefix, 0, prefix.length, this.#bytes, this.#length);
      bytes.copy(this.#bytes, this.#length + prefix.length, at, next);
      this.#length += prefix.length + next - at;
      at = next;
    }
  }

  appendAll(other: GrowingBytes): void {
    this.append(other.#bytes, 0, other.#length);
  }

  /** Keeps the first `length` bytes. */
  cut(length: number): void {
    this.#length = Math.min(this.#length, length);
  }

  /** What was appended; valid until the next append. */
  view(from = 0, to = this.#length): Buffer {
    return this.#bytes.subarray(from, to);
  }

  #makeRoom(more: number): void {
    const needed = this.#length + more;
    if (needed <= this.#bytes.length) return;
    const grown = Buffer.allocUnsafeSlow(Math.max(needed, this.#bytes.length * 2));
    this.#bytes.copy(grown, 0, 0, this.#length);
    this.#bytes = grown;
  }
}

function copy(bytes: Buffer, from: number, to: number, target: Buffer, at: number): void {
  if (to - from > fewBytes) bytes.copy(target, at, from, to);
  else for (let index = from; index < to; index += 1) target[at + index - from] = bytes[index] ?? 0;
}
