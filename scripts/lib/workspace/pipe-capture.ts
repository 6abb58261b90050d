import type { Readable } from "node:stream";
import { LastBytes } from "./last-bytes.ts";
import { lagMs, mostLagMs, type OutputCapture } from "./output-capture.ts";

/** Of the end of the output, for whoever asks for the last lines; in bytes. */
const tailBytes = 16 * 1024;

/** Takes bytes, which may be used again afterwards. Pushing more before the promise, if there is one, is fulfilled only fills the memory. */
export interface ByteSink {
  push(bytes: Buffer): Promise<void> | undefined;
  end(): void;
}

/**
 * Output over pipes, passed on as it comes. A sink that is slow makes the command wait; nothing is lost.
 *
 * @param open Called for each attempt: where its stdout and its stderr go.
 */
export function pipeCapture(open: () => { readonly stdout: ByteSink; readonly stderr: ByteSink }): OutputCapture {
  const tail = new LastBytes(tailBytes);
  let pipes: readonly Pipe[] = [];
  return {
    begin() {
      tail.clear();
      pipes = [];
      return "pipes";
    },
    read([stdout, stderr]) {
      const sinks = open();
      pipes = [
        ...(stdout ? [new Pipe(stdout, sinks.stdout, tail)] : []),
        ...(stderr ? [new Pipe(stderr, sinks.stderr, tail)] : []),
      ];
    },
    async end() {
      await Promise.all(pipes.map((pipe) => pipe.ended()));
    },
    async lastLines(count) {
      const lines = tail.text().split("\n");
      if (lines.at(-1) === "") lines.pop();
      return lines.slice(-count);
    },
  };
}

/** One stream on its way to its sink. */
class Pipe {
  readonly #stream: Readable;
  readonly #sink: ByteSink;
  readonly #closed: Promise<void>;
  #isWaiting = false;
  #lastAt = 0;
  /** For how long it has been read since its command ended, and since when it is: a slow sink takes nothing off what may be waited for. */
  #readMs = 0;
  #readSince = 0;

  constructor(stream: Readable, sink: ByteSink, tail: LastBytes) {
    this.#stream = stream;
    this.#sink = sink;
    this.#closed = new Promise((resolve) => {
      stream.once("close", resolve);
    });
    stream.on("data", (bytes: Buffer) => {
      this.#lastAt = performance.now();
      tail.add(bytes);
      const wait = sink.push(bytes);
      if (wait) void this.#waitFor(wait);
    });
    // A broken pipe has ended; "close" follows.
    stream.on("error", () => {});
  }

  async ended(): Promise<void> {
    this.#lastAt = performance.now();
    [this.#readMs, this.#readSince] = [0, performance.now()];
    for (let isClosed = false; !isClosed;) {
      const now = performance.now();
      const leftMs = Math.min(this.#lastAt + lagMs, this.#readSince + mostLagMs - this.#readMs) - now;
      if (leftMs <= 0 && !this.#isWaiting) break;
      isClosed = await this.#closesWithin(Math.max(leftMs, 10));
    }
    this.#sink.end();
    if (this.#stream.destroyed) return;
    // A descendant holds it. It may go on writing, and is read as long as we live, but not longer: it must not be ended by a broken pipe now.
    if ("unref" in this.#stream && typeof this.#stream.unref === "function") this.#stream.unref();
  }

  async #waitFor(room: Promise<void>): Promise<void> {
    this.#isWaiting = true;
    this.#stream.pause();
    this.#readMs += performance.now() - this.#readSince;
    await room;
    this.#isWaiting = false;
    this.#lastAt = performance.now();
    this.#readSince = performance.now();
    this.#stream.resume();
  }

  async #closesWithin(ms: number): Promise<boolean> {
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<false>((resolve) => {
      timer = setTimeout(() => resolve(false), ms);
    });
    const isClosed = await Promise.race([this.#closed.then(() => true), late]);
    clearTimeout(timer);
    return isClosed;
  }
}
