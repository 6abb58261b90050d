import { closeSync, constants, fstatSync, openSync, statfsSync, unlinkSync } from "node:fs";
import { dirname } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { errnoOf } from "../diagnostic/errno-of.ts";
import { lastLines } from "../logs/last-lines.ts";
import { groupLives } from "../process/group-lives.ts";
import { lagMs, mostLagMs, type OutputCapture } from "./output-capture.ts";

/** Output straight into files: the command pays for writing it, and nobody else, until it is shown. */
export interface FileCapture extends OutputCapture {
  /** Of stdout and stderr; the same where they are not kept apart. */
  readonly files: { readonly stdout: string; readonly stderr: string };
  /** Nobody needs it any more. */
  remove(): void;
}

/**
 * @param path Absolute, without an extension; its folder must exist. Files are made with mode 0600.
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
      open = names.map((name) => openSync(name, O_WRONLY | O_APPEND | O_CREAT | O_TRUNC, 0o600));
      const [stdout = -1, stderr = stdout] = open;
      return { stdout, stderr };
    },
    read: () => {},
    async end(group) {
      if (group !== null) await untilQuiet(() => groupLives(group), size);
      close();
      if (group !== null && isFull(path)) onFull();
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
