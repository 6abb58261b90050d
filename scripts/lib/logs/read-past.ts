import type { LogReader } from "./log-reader.ts";
import type { LogTime } from "./log-times.ts";

const blockBytes = 512 * 1024;

/** What is to be shown of a log. */
export interface LogPast {
  readonly reader: LogReader;
  /** Logical. */
  readonly from: number;
  readonly to: number;
  readonly times: readonly LogTime[];
  /** Gets what was written, and by when; null: not known. The next bytes wait for its promise, and use the same memory. */
  readonly onBytes: (bytes: Buffer, at: number | null) => void | Promise<void>;
  /** Told when the last of it has been read. */
  readonly onEnd: () => void;
}

interface Stretch {
  readonly past: LogPast;
  readonly from: number;
  readonly to: number;
  readonly at: number | null;
}

/** Reads what several logs hold, in the order of time as far as that is known; what nobody noted the time of comes first, log by log. */
export async function readPast(pasts: readonly LogPast[]): Promise<void> {
  const stretches = pasts.flatMap(stretchesOf).toSorted((a, b) => (a.at ?? 0) - (b.at ?? 0));
  const block = Buffer.allocUnsafeSlow(blockBytes);
  for (const { past, from, to, at } of stretches) {
    for (let offset = from; offset < to;) {
      const wanted = block.subarray(0, Math.min(blockBytes, to - offset));
      const { bytes, offset: read } = await past.reader.read(offset, wanted);
      // Cut off by somebody meanwhile: what is there now is not of the past.
      if (bytes.length === 0 || read < offset) break;
      offset = read + bytes.length;
      await past.onBytes(offset > to ? bytes.subarray(0, bytes.length - (offset - to)) : bytes, at);
    }
    if (to === past.to) past.onEnd();
  }
}

/** Between one note and the next. */
function stretchesOf(past: LogPast): readonly Stretch[] {
  const stretches: Stretch[] = [];
  let { from } = past;
  for (const { at, offset } of past.times) {
    const to = Math.min(offset, past.to);
    if (to <= from) continue;
    stretches.push({ past, from, to, at });
    from = to;
  }
  if (from < past.to) stretches.push({ past, from, to: past.to, at: null });
  return stretches;
}
