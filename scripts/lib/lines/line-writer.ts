import { GrowingBytes } from "./growing-bytes.ts";

/** Of bytes that wait to be written, so many are enough. */
const enoughBytes = 1024 * 1024;

/**
 * Collects lines of many sources and writes them in large writes, one after the other: while one is underway, the next is collected.
 */
export class LineWriter {
  readonly #write: (bytes: Buffer) => void | Promise<void>;
  readonly #onRoom: () => void;
  #filling = new GrowingBytes(64 * 1024);
  #spare = new GrowingBytes(64 * 1024);
  #writing: Promise<void> | null = null;

  /**
   * @param write Gets whole lines. The bytes are used again once its promise, if it gives one, is settled.
   * @param onRoom Told when a write has ended and what was collected meanwhile is about to be written.
   */
  constructor(write: (bytes: Buffer) => void | Promise<void>, onRoom: () => void) {
    this.#write = write;
    this.#onRoom = onRoom;
  }

  /** Where lines are appended to; call `flush` afterwards. */
  get lines(): GrowingBytes {
    return this.#filling;
  }

  /** Whether whoever has more should wait, or drop it. */
  get isFull(): boolean {
    return this.#writing !== null && this.#filling.length >= enoughBytes;
  }

  /** Writes what was collected, or sees to it that it is written next. */
  flush(): void {
    if (this.#writing !== null || this.#filling.length === 0) return;
    const full = this.#filling;
    this.#filling = this.#spare;
    this.#spare = full;
    const written = this.#write(full.view());
    if (written === undefined) full.cut(0);
    else this.#writing = this.#settle(written, full);
  }

  /** Resolves when there is room again; at once where there is some. */
  async room(): Promise<void> {
    while (this.isFull) await this.#writing;
  }

  /** Resolves when all is written. */
  async written(): Promise<void> {
    this.flush();
    while (this.#writing !== null) await this.#writing;
  }

  async #settle(written: Promise<void>, full: GrowingBytes): Promise<void> {
    try {
      await written;
    } finally {
      full.cut(0);
      this.#writing = null;
    }
    this.#onRoom();
    this.flush();
  }
}
