import { readFileSync, statSync } from "node:fs";
import { isAbsolute, relative } from "node:path";
import { errnoOf } from "../diagnostic/errno-of.ts";

/** A text file the user wrote. `text` keeps a byte order mark, so that offsets are those of the file. */
export interface SourceText {
  /** Absolute path. */
  readonly file: string;
  /** As the user should read it: relative to the workspace where it lies inside. */
  readonly shownAs: string;
  readonly text: string;
}

/** Why there is no text. `errno` is null for a file that could be read and is not what we want. */
export interface Unreadable {
  readonly errno: string | null;
  readonly message: string;
}

const largestBytes = 1024 * 1024;

/** Reads a file as UTF-8. Folders, sockets and the like, files above 1 MiB, NUL bytes and other encodings are refused with a reason. */
export function readSourceText(file: string, root: string): SourceText | Unreadable {
  let bytes: Buffer;
  try {
    const stats = statSync(file);
    if (stats.isDirectory()) return { errno: "EISDIR", message: "it is a folder" };
    if (!stats.isFile()) return { errno: null, message: "it is not a regular file" };
    if (stats.size > largestBytes) return { errno: null, message: "it is larger than 1 MiB" };
    bytes = readFileSync(file);
  } catch (error) {
    const errno = errnoOf(error);
    if (errno === "") throw error;
    return { errno, message: errno };
  }
  const isUtf16 = (bytes[0] === 0xff && bytes[1] === 0xfe) || (bytes[0] === 0xfe && bytes[1] === 0xff);
  if (isUtf16) return { errno: null, message: "it is UTF-16; save it as UTF-8" };
  if (bytes.includes(0)) return { errno: null, message: "it is not a text file: it holds NUL bytes" };
  try {
    const text = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
    return { file, shownAs: shownName(file, root), text };
  } catch {
    return { errno: null, message: "it is not a text file: it is not UTF-8" };
  }
}

export function shownName(file: string, root: string): string {
  const path = relative(root, file);
  return path === "" || path.startsWith("..") || isAbsolute(path) ? file : path;
}
