import { existsSync, type FSWatcher, watch } from "node:fs";
import type { LogReader } from "./log-reader.ts";

const blockBytes = 512 * 1024;
/** Where a watcher tells of what comes; for the case that it does not. */
const watchedPollMs = 1_000;
const pollMs = 100;

export interface LogFollow {
  readonly reader: LogReader;
  /** Logical. Behind the end of the log: from the beginning of its file. */
  readonly fromOffset: number;
  readonly signal: AbortSignal;
  /** true: what had been written when the signal was aborted is still delivered; else it ends at once. */
  readonly drains?: boolean;
  /** Gets what was written; the next bytes wait until its promise, if it gives one, is fulfilled, and use the same memory. */
  readonly onBytes: (bytes: Buffer) => void | Promise<void>;
  /** Told that the file came to its end and another has its name: a line that was begun does not go on. */
  readonly onOtherFile: () => void;
  /** Told how many bytes were rotated away before they were read. */
  readonly onGap?: (bytes: number) => void;
}

/**
 * Follows a log as it grows, until the signal is aborted: by fs.watch, and every 100 ms where that does not work. Across rotation it goes on
 * without a gap. A file that somebody cuts off is read from its beginning; what was begun of a line is joined with what comes, since the
 * service goes on writing to the same file. A file that another takes the place of is read to its end before the other.
 *
 * @returns When the signal was aborted. Rejects when the file exists and cannot be read, or a consumer fails.
 */
export async function followLog(follow: LogFollow): Promise<void> {
  const { reader, signal, onBytes, drains = false } = follow;
  const block = Buffer.allocUnsafeSlow(blockBytes);
  let offset = follow.fromOffset;
  const watching: Watching = { tells: true };
  try {
    let end: number | null = null;
    for (;;) {
      if (signal.aborted && !drains) return;
      if (signal.aborted) end ??= (await reader.range()).end;
      if (end !== null && offset >= end) return;
      const { bytes, offset: from } = await reader.read(offset, block);
      if (from > offset && bytes.length > 0) follow.onGap?.(from - offset);
      offset = from + bytes.length;
      if (bytes.length > 0) await onBytes(bytes);
      else if (end !== null) return;
      else if ((await news(reader, offset, { signal, watching })) === "another file") {
        follow.onOtherFile();
        await reader.close();
        // Whatever it is, its first byte is where the log goes on.
        offset = reader.base;
      }
    }
  } finally {
    await reader.close();
  }
}

interface Watching {
  /** false: what came last was found by a poll, so that it is better to poll often. */
  tells: boolean;
}

interface Wait {
  readonly signal: AbortSignal;
  readonly watching: Watching;
}

/** Waits until there is more to read, or a file where none was, or another one, or until the signal is aborted. */
function news(
  reader: LogReader,
  offset: number,
  { signal, watching }: Wait,
): Promise<"more" | "another file" | "aborted"> {
  return new Promise((resolve, reject) => {
    let timer: NodeJS.Timeout | undefined;
    const finish = (): void => {
      clearTimeout(timer);
      watcher?.close();
      signal.removeEventListener("abort", look);
    };
    /** @returns Whether that was the end of it. */
    const look = (): boolean => {
      try {
        const found = signal.aborted ? "aborted" : reader.newsAt(offset);
        if (found === null) return false;
        resolve(found);
      } catch (error) {
        reject(error);
      }
      finish();
      return true;
    };
    const told = (): void => {
      if (look()) watching.tells = true;
      // What was seen by its name may be gone from there: then the watcher looks at what nobody will name again.
      else poll();
    };
    const poll = (): void => {
      clearTimeout(timer);
      const isWatched = watcher !== null && watching.tells && existsSync(reader.file);
      timer = setTimeout(
        () => {
          if (!look()) poll();
          else if (isWatched) watching.tells = false;
        },
        isWatched ? watchedPollMs : pollMs,
      );
    };
    const watcher = watcherOf(reader.file, told);
    signal.addEventListener("abort", look);
    if (!look()) poll();
  });
}

/** Null where none can be had, as while there is no file; polling does then. */
function watcherOf(file: string, onChange: () => void): FSWatcher | null {
  try {
    const watcher = watch(file, onChange);
    watcher.on("error", () => watcher.close());
    return watcher;
  } catch {
    return null;
  }
}
