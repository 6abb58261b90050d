import { closeSync, constants, copyFileSync, fstatSync, mkdirSync, openSync, statfsSync, unlinkSync } from "node:fs";
import { dirname } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { errnoOf } from "../diagnostic/errno-of.ts";
import { lastLines } from "../logs/last-lines.ts";
import { groupLives } from "../process/group-lives.ts";
import { hasProc } from "../process/proc-table.ts";
import { lagMs, mostLagMs, type OutputCapture } from "./output-capture.ts";

/** Output straight into files: the command pays for writing it, and nobody else, until it is shown. */
export interface FileCapture extends OutputCapture {
  /** Of stdout and stderr; the same where they are not kept apart. */
  readonly files: { readonly stdout: string; readonly stderr: string };
  /** Nobody needs it any more. */
  remove(): void;
}

/**
 * Whoever tidies up meanwhile (`git clean -fdx`, where the root is a repository too) takes the files away, but not what is written into them.
 *
 * @param path Absolute, without an extension. Files are made with mode 0600.
 * @param isSplit Whether stdout and stderr are kept apart; else they are one file, in the order in which they were written.
 * @param onFull Told after an attempt when the disk has no room left: what was written may not be all.
 */
export function fileCapture(path: string, isSplit: boolean, onFull: () => void): FileCapture {
  const files = isSplit
    ? { stdout: `${path}.stdout`, stderr: `${path}.stderr` }
    : { stdout: `${path}.out`, stderr: `${path}.out` };
  const names = [...new Set([files.stdout, files.stderr])];
  let open: readonly number[] = [];
  const close = (): void => {
    for (const descriptor of open) closeSync(descriptor);
    open = [];
  };
  const size = (): number => open.reduce((sum, descriptor) => sum + fstatSync(descriptor).size, 0);
  return {
    files,
    begin() {
      close();
      const { O_APPEND, O_CREAT, O_TRUNC, O_WRONLY } = constants;
      mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
      open = names.map((name) => openSync(name, O_WRONLY | O_APPEND | O_CREAT | O_TRUNC, 0o600));
      const [stdout = -1, stderr = stdout] = open;
      return { stdout, stderr };
    },
    read: () => {},
    async end(group) {
      if (group !== null) await untilQuiet(() => groupLives(group), size);
      const isWhole = open.every((descriptor, at) => bringBack(descriptor, names[at] ?? path));
      close();
      if (group !== null && (!isWhole || isFull(path))) onFull();
    },
    async lastLines(count) {
      const parts = await Promise.all(names.map((name) => lastLines(name, count)));
      return parts.flat().slice(-count);
    },
    remove() {
      close();
      for (const name of names) unlinkIfThere(name);
    },
  };
}

/** A file that has no name any more gets it again, as far as /proc is there to ask for it. @returns false: there is no room for it. */
function bringBack(descriptor: number, name: string): boolean {
  if (!hasProc || fstatSync(descriptor).nlink > 0) return true;
  try {
    mkdirSync(dirname(name), { recursive: true, mode: 0o700 });
    copyFileSync(`/proc/self/fd/${descriptor}`, name);
    return true;
  } catch {
    return false;
  }
}

/** Without the errors rmSync would make and swallow. */
function unlinkIfThere(file: string): void {
  try {
    unlinkSync(file);
  } catch (error) {
    if (errnoOf(error) !== "ENOENT") throw error;
  }
}

function isFull(path: string): boolean {
  try {
    const { blocks, bavail, bfree } = statfsSync(dirname(path));
    // Some file systems count nothing. root may take what is set aside for it.
    return blocks > 0 && (process.geteuid?.() === 0 ? bfree : bavail) === 0;
  } catch {
    // The folder has been taken away: nothing is known of its disk.
    return false;
  }
}

/** Until nobody lives any more who could write, or nothing has come for a while; but not for ever. */
async function untilQuiet(lives: () => boolean, size: () => number): Promise<void> {
  let seen = size();
  let changedAt = performance.now();
  const latest = changedAt + mostLagMs;
  while (performance.now() < Math.min(changedAt + lagMs, latest) && lives()) {
    await delay(10);
    if (size() !== seen) changedAt = performance.now();
    seen = size();
  }
}
