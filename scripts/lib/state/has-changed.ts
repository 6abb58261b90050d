import { readFileSync, statSync } from "node:fs";
import { sha256 } from "./sha256.ts";

/** Size and time of a file's last change: while they stay, so does its content. Null when it cannot be read. */
export function stampOfFile(file: string): string | null {
  try {
    const { size, mtimeMs } = statSync(file);
    return `${size} ${mtimeMs}`;
  } catch {
    return null;
  }
}

/** Whether a file, if it can be read, holds something else than it did. Only one that was touched is read. */
export function hasChanged(file: string, before: { readonly fileHash: string; readonly fileStamp: string }): boolean {
  const stamp = stampOfFile(file);
  if (before.fileHash === "" || stamp === null || stamp === before.fileStamp) return false;
  try {
    return sha256(readFileSync(file), 16) !== before.fileHash;
  } catch {
    return false;
  }
}
