import { closeSync, openSync, readSync, statSync } from "node:fs";
import { errnoOf } from "../diagnostic/errno-of.ts";
import type { LogPlace } from "./log-place.ts";
import { rotatedFile, unfinishedFile } from "./rotated-files.ts";

const blockBytes = 1024 * 1024;

/** How far a cut has come. `length`: how many bytes the file lost. */
export type CutProgress =
  | { readonly kind: "not cut" }
  | { readonly kind: "cut"; readonly length: number }
  | { readonly kind: "renamed"; readonly length: number };

/**
 * Finds out how far a cut has come whose supervisor was killed: the copy is renamed only after the cut, and until the cut the file
 * begins with what was copied. A service only ever makes its log longer.
 */
export function inspectCut(log: string, { sizeBefore }: NonNullable<LogPlace["cut"]>): CutProgress {
  for (;;) {
    try {
      return lookAtCut(log, sizeBefore);
    } catch (error) {
      // The copy got its name in between, or the log was removed: the next look sees that.
      if (errnoOf(error) !== "ENOENT") throw error;
    }
  }
}

function lookAtCut(log: string, sizeBefore: number): CutProgress {
  const copy = statSync(unfinishedFile(log), { throwIfNoEntry: false });
  if (!copy) return { kind: "renamed", length: statSync(rotatedFile(log, 1), { throwIfNoEntry: false })?.size ?? 0 };
  const size = statSync(log, { throwIfNoEntry: false })?.size ?? 0;
  const isCut = size < sizeBefore || !beginsWith(log, unfinishedFile(log), copy.size);
  return isCut ? { kind: "cut", length: copy.size } : { kind: "not cut" };
}

/** Logical offset of the first byte of the file, by what there is: nothing is written. */
export function baseByFiles(log: string, { base, cut }: LogPlace): number {
  const progress = cut ? inspectCut(log, cut) : null;
  return progress && progress.kind !== "not cut" ? base + progress.length : base;
}

function beginsWith(file: string, beginning: string, length: number): boolean {
  const opened: number[] = [];
  const open = (path: string): number => {
    const descriptor = openSync(path, "r");
    opened.push(descriptor);
    return descriptor;
  };
  try {
    const descriptors = [open(file), open(beginning)] as const;
    const blocks = [Buffer.allocUnsafe(blockBytes), Buffer.allocUnsafe(blockBytes)] as const;
    for (let at = 0; at < length;) {
      const wanted = Math.min(blockBytes, length - at);
      const read = readSync(descriptors[0], blocks[0], 0, wanted, at);
      if (read === 0 || readSync(descriptors[1], blocks[1], 0, read, at) !== read) return false;
      if (blocks[0].compare(blocks[1], 0, read, 0, read) !== 0) return false;
      at += read;
    }
    return true;
  } finally {
    for (const descriptor of opened) closeSync(descriptor);
  }
}
