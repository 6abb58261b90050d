import { closeSync, fstatSync, openSync, realpathSync, renameSync, rmSync, statSync, writeSync } from "node:fs";
import { basename, dirname, join, resolve } from "node:path";
import { errnoOf } from "../diagnostic/errno-of.ts";
import { exitCodes, userError } from "../diagnostic/user-error.ts";

/** A file the user asked for, opened before anything runs, so that it is known to be writable. */
export interface ReportFile {
  /** Everything at once: whoever reads the file sees the old one or the whole new one. @throws the errno error; then the old one stays. */
  readonly replace: (text: string) => void;
  /** It is not needed after all. */
  readonly discard: () => void;
}

/**
 * @param path Relative to `cwd`. What is no ordinary file (a FIFO, /dev/stderr) is written to as it is.
 * @throws {UserError} `USAGE` (exit code 64) naming the option.
 */
export function openReport(option: string, path: string, cwd: string): ReportFile {
  const asked = resolve(cwd, path);
  try {
    const file = real(asked);
    if (file !== null && !isOrdinary(file)) return inPlace(openSync(file, "w"));
    const target = file ?? asked;
    const temporary = `${target}.${process.pid}.tmp`;
    return besides(openSync(temporary, "wx", 0o644), temporary, target);
  } catch (error) {
    throw unwritable(option, asked, error);
  }
}

/** The ordinary file a path of the user's leads to, there or not yet; null: it is something else (/dev/null), or cannot be told. */
export function ordinaryFile(path: string, cwd: string): string | null {
  const asked = resolve(cwd, path);
  try {
    const file = real(asked);
    if (file === null) return join(realpathSync(dirname(asked)), basename(asked));
    return statSync(file).isFile() ? file : null;
  } catch {
    return null;
  }
}

/** One that is written line by line. */
export interface LineFile {
  /** @throws the errno error. */
  readonly append: (text: string) => void;
  readonly close: () => void;
}

/** @param header Its first line, written at once. @throws {UserError} As `openReport`. */
export function openLineFile(option: string, path: string, cwd: string, header: string): LineFile {
  const asked = resolve(cwd, path);
  try {
    const descriptor = openSync(asked, "w", 0o644);
    writeAll(descriptor, header);
    return { append: (text) => writeAll(descriptor, text), close: () => closeSync(descriptor) };
  } catch (error) {
    throw unwritable(option, asked, error);
  }
}

/** A link is followed, and stays. null: there is nothing yet, in a folder that is there. */
function real(path: string): string | null {
  try {
    return realpathSync(path);
  } catch (error) {
    if (errnoOf(error) !== "ENOENT") throw error;
    realpathSync(dirname(path));
    return null;
  }
}

function isOrdinary(path: string): boolean {
  const descriptor = openSync(path, "r+");
  try {
    return fstatSync(descriptor).isFile();
  } finally {
    closeSync(descriptor);
  }
}

function inPlace(descriptor: number): ReportFile {
  return {
    replace(text) {
      writeAll(descriptor, text);
      closeSync(descriptor);
    },
    discard: () => closeSync(descriptor),
  };
}

function besides(descriptor: number, temporary: string, target: string): ReportFile {
  return {
    replace(text) {
      try {
        writeAll(descriptor, text);
        closeSync(descriptor);
        renameSync(temporary, target);
      } catch (error) {
        rmSync(temporary, { force: true });
        throw error;
      }
    },
    discard() {
      closeSync(descriptor);
      rmSync(temporary, { force: true });
    },
  };
}

function writeAll(descriptor: number, text: string): void {
  const bytes = Buffer.from(text);
  for (let at = 0; at < bytes.length;) at += writeSync(descriptor, bytes, at);
}

function unwritable(option: string, path: string, error: unknown): Error {
  const errno = errnoOf(error) || String(error);
  return userError("USAGE", `${option}: ${path} cannot be written (${errno}); nothing was run`, {
    exitCode: exitCodes.usage,
  });
}
