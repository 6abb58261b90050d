/** Of much that goes by, the end. */
export class LastBytes {
  readonly #bytes: Buffer;
  #length = 0;

  /** @param most So many bytes are kept. */
  constructor(most: number) {
    this.#bytes = Buffer.allocUnsafeSlow(most);
  }

  add(bytes: Buffer): void {
    const { length: most } = this.#bytes;
    const last = bytes.subarray(-most);
    const kept = Math.min(this.#length, most - last.length);
    this.#bytes.copyWithin(0, this.#length - kept, this.#length);
    last.copy(this.#bytes, kept);
    this.#length = kept + last.length;
  }

  clear(): void {
    this.#length = 0;
  }

  /** What is kept, read as UTF-8. */
  text(): string {
    return this.#bytes.toString("utf8", 0, this.#length);
  }
}
