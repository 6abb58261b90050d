import { type FSWatcher, type Stats, fstatSync, statSync, watch } from "node:fs";
import type { FileHandle } from "node:fs/promises";
import { openLog } from "./open-log.ts";

const blockBytes = 1024 * 1024;
const longestLineBytes = 1024 * 1024;
const pollMs = 100;
const newline = 0x0a;

export interface LogFollow {
  /** Need not exist yet. */
  readonly file: string;
  /** In bytes; behind the end of the file: from its beginning. */
  readonly fromOffset: number;
  readonly signal: AbortSignal;
  /** true: what had been written when the signal was aborted is still delivered; else it ends at once. */
  readonly drains?: boolean;
  /** Gets whole lines, without their newlines, in batches; the next batch waits until its promise, if it gives one, is fulfilled. */
  readonly onLines: (lines: readonly string[]) => void | Promise<void>;
}

/**
 * Follows a log as it grows, until the signal is aborted: by fs.watch, and every 100 ms where that says nothing.
 * A file that is cut off is read from its beginning; what was begun of a line is joined with what comes, since the service goes
 * on writing to the same file. A file that another takes the place of is read to its end before the other.
 *
 * A last line without a newline is delivered when the following ends, or when another file takes the place. A line of more
 * than 1 MiB is delivered in pieces. Bytes that are no UTF-8 become U+FFFD.
 *
 * @returns When the signal was aborted. Rejects when the file exists and cannot be read.
 */
export async function followLog(follow: LogFollow): Promise<void> {
  const { file, signal, drains = false } = follow;
  let { fromOffset } = follow;
  for (;;) {
    // One that begins just before the end may have written something all the same.
    const isLast = signal.aborted;
    if (isLast && !drains) return;
    const handle = await openLog(file);
    if (!handle) {
      if (isLast) return;
      await somethingToRead(file, null, signal);
      continue;
    }
    try {
      if ((await followHandle(handle, { ...follow, fromOffset })) === "aborted") return;
    } finally {
      await handle.close();
    }
    fromOffset = 0;
  }
}

/** Until another file has its name, or the signal is aborted. */
async function followHandle(handle: FileHandle, follow: LogFollow): Promise<News> {
  const { file, signal, onLines, drains = false } = follow;
  const block = Buffer.allocUnsafe(blockBytes);
  let begun: Buffer = Buffer.alloc(0);
  let offset = follow.fromOffset;
  let news: News;
  do {
    await readOn(Number.POSITIVE_INFINITY, () => signal.aborted);
    news = await somethingToRead(file, { handle, offset }, signal);
  } while (news === "more");
  if (news === "aborted" && drains) await readOn((await handle.stat()).size, () => false);
  if (begun.length > 0) await onLines(linesOf(begun));
  return news;

  async function readOn(end: number, isOver: () => boolean): Promise<void> {
    while (!isOver() && offset < end) {
      const { size } = await handle.stat();
      if (size < offset) offset = 0;
      const { bytesRead } = await handle.read(block, 0, blockBytes, offset);
      if (bytesRead === 0) break;
      offset += bytesRead;
      const bytes = Buffer.concat([begun, block.subarray(0, bytesRead)]);
      const lineEnd = bytes.length > longestLineBytes + blockBytes ? bytes.length : bytes.lastIndexOf(newline) + 1;
      begun = bytes.subarray(lineEnd);
      if (lineEnd > 0) await onLines(linesOf(bytes.subarray(0, lineEnd)));
    }
  }
}

function linesOf(bytes: Buffer): readonly string[] {
  const isEnded = bytes.at(-1) === newline;
  return bytes.toString("utf8", 0, isEnded ? bytes.length - 1 : bytes.length).split("\n");
}

type Held = { readonly handle: FileHandle; readonly offset: number };

type News = "more" | "another file" | "aborted";

/** Waits until there is more to read, or a file where none was, or another one, or until the signal is aborted. */
function somethingToRead(file: string, held: Held | null, signal: AbortSignal): Promise<News> {
  return new Promise((resolve, reject) => {
    const finish = (): void => {
      clearInterval(timer);
      watcher?.close();
      signal.removeEventListener("abort", look);
    };
    const look = (): void => {
      try {
        const news = signal.aborted ? "aborted" : newsOf(file, held);
        if (news === null) return;
        resolve(news);
      } catch (error) {
        reject(error);
      }
      finish();
    };
    const timer = setInterval(look, pollMs);
    const watcher = held ? watcherOf(file, look) : null;
    signal.addEventListener("abort", look);
    look();
  });
}

function newsOf(file: string, held: Held | null): News | null {
  // In this order: whatever was written to the old file before another took its place is seen, and read first.
  const named = statSync(file, { throwIfNoEntry: false });
  const own = held ? fstatSync(held.handle.fd) : null;
  if (held && own && own.size !== held.offset) return "more";
  return named && !(own && isSameFile(own, named)) ? "another file" : null;
}

/** Null where none can be had; polling does then. */
function watcherOf(file: string, onChange: () => void): FSWatcher | null {
  try {
    const watcher = watch(file, onChange);
    watcher.on("error", () => watcher.close());
    return watcher;
  } catch {
    return null;
  }
}

function isSameFile(one: Stats, other: Stats): boolean {
  return one.ino === other.ino && one.dev === other.dev;
}
