import { rmSync, statfsSync, statSync } from "node:fs";
import { copyFile, truncate } from "node:fs/promises";
import { dirname } from "node:path";
import { blockSizeOf, collapse, copyRestAndTruncate, untilQuiet } from "./cut-log.ts";
import { inspectCut } from "./inspect-cut.ts";
import { type LogPlace, writeLogPlace } from "./log-place.ts";
import { shiftRotated, unfinishedFile } from "./rotated-files.ts";

/** Moments of a rotation at which a test may hold or kill the supervisor. */
export type RotationPoint = "log-copied" | "log-cut" | "log-renamed";

const strangersMs = 1_000;
/** What a copy leaves free for others at least. */
const spareBytes = 8 * 1024 * 1024;

export interface RotatedLog {
  readonly log: string;
  readonly placeFile: string;
  readonly place: LogPlace;
  /** How many rotated files stay; at least 1. */
  readonly keep: number;
}

export interface Rotation extends RotatedLog {
  /** Asked before each attempt to cut: the log of a service that is just starting is left alone. */
  readonly mayCut: () => boolean;
  readonly pauseAt: (point: RotationPoint) => void;
}

/**
 * Moves what a log holds into `NAME.log.1`, while its service goes on writing into the same file. First a copy, which takes as long as it
 * takes; then a note that the cut has begun, the cut, the rename, and a note that it is done. `finishCut` goes on from any of these.
 *
 * @returns Where the log stands now; the same place when it was left alone.
 * @throws an error where there is no room for the copy; the errno error of what could not be read or written: then the place on disk says whether a cut was begun.
 */
export async function rotateLog(rotation: Rotation): Promise<LogPlace> {
  const { log, placeFile, place, pauseAt } = rotation;
  const copy = unfinishedFile(log);
  let isBegun = false;
  const begin = (length: number): boolean => {
    const sizeBefore = statSync(log).size;
    if (!rotation.mayCut() || sizeBefore <= length) return false;
    writeLogPlace(placeFile, { base: place.base, cut: { sizeBefore } });
    isBegun = true;
    return true;
  };
  try {
    rmSync(copy, { force: true });
    const blockSize = blockSizeOf(log);
    // Whole blocks, and never all of it: no file system takes anything else out of the beginning.
    const { size } = statSync(log);
    const length = Math.floor((size - 1) / blockSize) * blockSize;
    if (length <= 0) return place;
    demandRoom(dirname(log), size + spareBytes);
    await copyFile(log, copy);
    await truncate(copy, length);
    pauseAt("log-copied");
    if (!begin(length)) return place;
    let lost: number | null = length;
    if (!(await collapse(log, length))) {
      // Whoever reads waits while a cut is noted, and takes it for abandoned in the end: our own waiting must not count.
      noted(placeFile, place.base);
      isBegun = false;
      await untilQuiet(log);
      if (!begin(length)) return place;
      lost = copyRestAndTruncate(log, copy, length);
      if (lost === null) return leftAlone(rotation);
    }
    pauseAt("log-cut");
    shiftRotated(log, rotation.keep);
    pauseAt("log-renamed");
    return noted(placeFile, place.base + lost);
  } finally {
    if (!isBegun) rmSync(copy, { force: true });
  }
}

/** A copy that does not fit would take the last byte from everybody on the disk, before it failed. */
function demandRoom(folder: string, wantedBytes: number): void {
  const { blocks, bavail, bsize } = statfsSync(folder);
  // Some file systems do not tell how large they are.
  if (blocks === 0 || bavail * bsize >= wantedBytes) return;
  throw new Error(`a copy takes ${wantedBytes} bytes with what is to stay free, and the disk has ${bavail * bsize}`);
}

/**
 * Ends a cut that was begun by somebody who is gone, or failed: completes it where the log has been cut, forgets it where not.
 *
 * @throws the errno error of what could not be written.
 */
export function finishCut(rotated: RotatedLog): LogPlace {
  const { log, placeFile, place, keep } = rotated;
  if (place.cut === null) return place;
  const progress = inspectCut(log, place.cut);
  if (progress.kind === "not cut") return leftAlone(rotated);
  if (progress.kind === "cut") shiftRotated(log, keep);
  return noted(placeFile, place.base + progress.length);
}

/** The copy goes after the note: a cut that is noted and has no copy was completed. */
function leftAlone({ log, placeFile, place }: RotatedLog): LogPlace {
  const settled = noted(placeFile, place.base);
  rmSync(unfinishedFile(log), { force: true });
  return settled;
}

/** What cuts the log is a process of its own: if its supervisor was killed, it may still be at work, for some milliseconds. */
export function waitForStrangers(placeFile: string): void {
  const age = Date.now() - (statSync(placeFile, { throwIfNoEntry: false })?.mtimeMs ?? 0);
  const nothing = new Int32Array(new SharedArrayBuffer(4));
  if (age < strangersMs) Atomics.wait(nothing, 0, 0, Math.min(strangersMs, strangersMs - age));
}

function noted(placeFile: string, base: number): LogPlace {
  const place = { base, cut: null };
  writeLogPlace(placeFile, place);
  return place;
}
