import { existsSync, renameSync, statSync } from "node:fs";

/** The n-th of the files a log was rotated into; 1 is the latest. */
export function rotatedFile(log: string, number: number): string {
  return `${log}.${number}`;
}

/** What is being copied, to become the latest. */
export function unfinishedFile(log: string): string {
  return `${rotatedFile(log, 1)}.tmp`;
}

/** Sizes of the rotated files, the latest first, up to the first that is missing. */
export function rotatedSizes(log: string): readonly number[] {
  const sizes: number[] = [];
  for (;;) {
    const stat = statSync(rotatedFile(log, sizes.length + 1), { throwIfNoEntry: false });
    if (!stat?.isFile()) return sizes;
    sizes.push(stat.size);
  }
}

/**
 * Makes the copy the latest of the rotated files; the others move up by one, and the last of `keep` is overwritten. Interrupted at any
 * moment and called again, it goes on: only the files below the first gap move.
 */
export function shiftRotated(log: string, keep: number): void {
  let free = 1;
  while (free < keep && existsSync(rotatedFile(log, free))) free += 1;
  for (let number = free; number > 1; number -= 1) renameSync(rotatedFile(log, number - 1), rotatedFile(log, number));
  renameSync(unfinishedFile(log), rotatedFile(log, 1));
}
