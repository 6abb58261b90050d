import { fstatSync, statSync } from "node:fs";
import type { FileHandle } from "node:fs/promises";
import { setTimeout as pause } from "node:timers/promises";
import { inspectCut } from "./inspect-cut.ts";
import { type LogPlace, WatchedPlace } from "./log-place.ts";
import { openLog } from "./open-log.ts";
import { rotatedFile, rotatedSizes, unfinishedFile } from "./rotated-files.ts";

/**
 * A cut takes milliseconds, and half a second where its writer is very fast. One that takes so long has lost its supervisor: what there is
 * tells how far it came.
 */
const cutPatienceMs = 3_000;
const lookMs = 5;
const uncut: LogPlace = { base: 0, cut: null };

/** What was read, and the logical offset it begins at. */
export interface LogPart {
  readonly offset: number;
  readonly bytes: Buffer;
}

/** Logical offsets. */
export interface LogRange {
  readonly start: number;
  readonly end: number;
  /** When the log last grew, in milliseconds since the epoch; 0 where there is none. */
  readonly changedAt: number;
}

/** Files that together hold what a service wrote: each begins where the one before ends. */
interface Chain {
  /** Of the log itself. */
  readonly base: number;
  /** The latest first. */
  readonly rotated: readonly { readonly file: string; readonly from: number; readonly size: number }[];
}

/**
 * Reads a log by logical offset: on across its rotated files, whatever is rotated meanwhile. What was read while the log was being
 * cut is read again.
 */
export class LogReader {
  readonly file: string;
  readonly #place: WatchedPlace | null;
  #handle: FileHandle | null = null;
  /** A cut nobody will end, and what has become of it. */
  #abandoned: { readonly place: LogPlace; readonly chain: Chain } | null = null;

  /** @param placeFile Where the supervisor notes what was rotated away; null: the log is not ours. */
  constructor(file: string, placeFile: string | null) {
    this.file = file;
    this.#place = placeFile === null ? null : new WatchedPlace(placeFile);
  }

  /** Logical offset of the first byte of the file itself. */
  get base(): number {
    return this.#chain(this.#place?.now() ?? uncut).base;
  }

  /** Everything that is there, from the oldest rotated file on. */
  async range(): Promise<LogRange> {
    return this.#undisturbed(async (chain) => {
      const stat = this.#handle ? await this.#handle.stat() : statSync(this.file, { throwIfNoEntry: false });
      const start = chain.rotated.at(-1)?.from ?? chain.base;
      return { start, end: chain.base + (stat?.size ?? 0), changedAt: Math.ceil(stat?.mtimeMs ?? 0) };
    });
  }

  /**
   * Reads up to `block.length` bytes; no bytes: there are no more.
   *
   * @returns Another offset than was asked for where that is rotated away for good, or where somebody cut the file off.
   */
  async read(offset: number, block: Buffer): Promise<LogPart> {
    return this.#undisturbed(async (chain) => {
      if (offset < chain.base) {
        const part = await readRotated(chain, offset, block);
        if (part) return part;
      }
      return this.#readCurrent(Math.max(offset, chain.base), chain.base, block);
    });
  }

  /** Whether there is something to read at `offset`, or else another file has the name by now. */
  newsAt(offset: number): "more" | "another file" | null {
    const place = this.#place?.now() ?? uncut;
    // Reading waits until it is known what has become of the cut.
    if (place.cut && place !== this.#abandoned?.place) return "more";
    // In this order: whatever was written to the old file before another took its place is seen, and read first.
    const named = statSync(this.file, { throwIfNoEntry: false });
    const own = this.#handle ? fstatSync(this.#handle.fd) : null;
    if (own === null) return named ? "more" : null;
    if (own.size !== offset - this.#chain(place).base) return "more";
    return named && (own.ino !== named.ino || own.dev !== named.dev) ? "another file" : null;
  }

  /** Lets go of the file; the next reading opens what has its name then. */
  async close(): Promise<void> {
    const handle = this.#handle;
    this.#handle = null;
    await handle?.close();
  }

  async #readCurrent(offset: number, base: number, block: Buffer): Promise<LogPart> {
    this.#handle ??= await openLog(this.file);
    if (!this.#handle) return { offset: base, bytes: block.subarray(0, 0) };
    const { size } = await this.#handle.stat();
    const from = offset - base > size ? 0 : offset - base;
    const { bytesRead } = await this.#handle.read(block, 0, block.length, from);
    return { offset: base + from, bytes: block.subarray(0, bytesRead) };
  }

  /** Does it again until nothing was cut meanwhile. */
  async #undisturbed<Result>(look: (chain: Chain) => Promise<Result>): Promise<Result> {
    for (;;) {
      const place = await this.#settledPlace();
      const result = await look(this.#chain(place));
      const now = this.#place?.now();
      if (!now || (now.base === place.base && (now.cut === null) === (place.cut === null))) return result;
    }
  }

  async #settledPlace(): Promise<LogPlace> {
    if (this.#place === null) return uncut;
    const since = performance.now();
    for (;;) {
      const place = this.#place.now();
      if (place.cut === null || place === this.#abandoned?.place) return place;
      if (performance.now() - since > cutPatienceMs) this.#abandoned = { place, chain: chainOf(this.file, place) };
      else await pause(lookMs);
    }
  }

  #chain(place: LogPlace): Chain {
    return place === this.#abandoned?.place ? this.#abandoned.chain : chainOf(this.file, place);
  }
}

/** Sizes of rotated files are looked up with each reading: some microseconds, and nobody has to be told of a change. */
function chainOf(log: string, { base, cut }: LogPlace): Chain {
  const progress = cut ? inspectCut(log, cut) : null;
  const copied = progress?.kind === "cut" ? [{ file: unfinishedFile(log), size: progress.length }] : [];
  const others = rotatedSizes(log).map((size, index) => ({ file: rotatedFile(log, index + 1), size }));
  const start = progress && progress.kind !== "not cut" ? base + progress.length : base;
  let from = start;
  const rotated = [...copied, ...others].map(({ file, size }) => ({ file, size, from: (from -= size) }));
  return { base: start, rotated };
}

async function readRotated({ rotated }: Chain, offset: number, block: Buffer): Promise<LogPart | null> {
  // What is older than all there is begins with the oldest.
  const holder = rotated.find(({ from }) => from <= offset) ?? rotated.at(-1);
  const handle = holder && (await openLog(holder.file));
  if (!handle) return null;
  try {
    const from = Math.max(offset, holder.from);
    const wanted = Math.min(block.length, holder.size - (from - holder.from));
    const { bytesRead } = await handle.read(block, 0, wanted, from - holder.from);
    return bytesRead === 0 ? null : { offset: from, bytes: block.subarray(0, bytesRead) };
  } finally {
    await handle.close();
  }
}
