import { closeSync, constants, mkdirSync, openSync, renameSync, writeSync } from "node:fs";
import { dirname, join } from "node:path";
import { errnoOf } from "../diagnostic/errno-of.ts";

/**
 * Where a repository's watch processes write: `backend/auth` in `backend/auth.log` below the folder. A name may hold anything; what would lead out of
 * the folder, steer a terminal or meet another's log is written in percent.
 */
export function watchLogFile(folder: string, repository: string): string {
  const parts = repository.toWellFormed().split("/").map(safePart);
  return `${join(folder, ...parts)}.log`;
}

/** A folder `a.log` would be in the way of the log of `a`. */
function safePart(part: string): string {
  if (part === "" || part === "." || part === "..") return part === "" ? "%2F" : part.replaceAll(".", "%2E");
  return part
    .replaceAll(/[%\p{Cc}\u2028-\u202E\u2066-\u2069]/gu, encodeURIComponent)
    .replace(/\.(?=log(?:\.1)?$)/, "%2E");
}

/**
 * What the processes of one watch write in one repository, to the byte: a file of its own for each watch, the one before is kept as `.log.1`.
 * Written at once, so that it is whole whenever somebody looks, and however we end.
 */
export class WatchLog {
  readonly #onProblem: (errno: string) => void;
  #descriptor: number | null = null;

  /** @param onProblem Told once when nothing more is written: the watch itself goes on. */
  constructor(file: string, onProblem: (errno: string) => void) {
    this.#onProblem = onProblem;
    const { O_APPEND, O_CREAT, O_EXCL, O_NOFOLLOW, O_WRONLY } = constants;
    try {
      mkdirSync(dirname(file), { recursive: true });
      keepFormer(file);
      this.#descriptor = openSync(file, O_WRONLY | O_APPEND | O_CREAT | O_EXCL | O_NOFOLLOW, 0o600);
    } catch (error) {
      onProblem(errnoOf(error) || String(error));
    }
  }

  write(bytes: Buffer): void {
    if (this.#descriptor === null) return;
    try {
      for (let at = 0; at < bytes.length;) at += writeSync(this.#descriptor, bytes, at);
    } catch (error) {
      this.close();
      this.#onProblem(errnoOf(error) || String(error));
    }
  }

  close(): void {
    if (this.#descriptor !== null) closeSync(this.#descriptor);
    this.#descriptor = null;
  }
}

function keepFormer(file: string): void {
  try {
    renameSync(file, `${file}.1`);
  } catch (error) {
    if (errnoOf(error) !== "ENOENT") throw error;
  }
}
