import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";

/** 16 hex digits of sha256 over a file's bytes; null when it cannot be read. */
export function hashOfFile(file: string): string | null {
  try {
    return createHash("sha256").update(readFileSync(file)).digest("hex").slice(0, 16);
  } catch {
    return null;
  }
}
