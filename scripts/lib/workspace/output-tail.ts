const mostBytes = 8 * 1024;

/** The last few KiB of what a process wrote. */
export class OutputTail {
  #bytes = Buffer.alloc(0);

  /** @param bytes May be used again afterwards. */
  push(bytes: Buffer): void {
    const joined = bytes.length >= mostBytes ? bytes : Buffer.concat([this.#bytes, bytes]);
    this.#bytes = Buffer.from(joined.subarray(Math.max(0, joined.length - mostBytes)));
  }

  get bytes(): Buffer {
    return this.#bytes;
  }
}
