import { readFileSync } from "node:fs";
import { sha256 } from "./sha256.ts";

/** 16 hex digits of sha256 over a file's bytes; null when it cannot be read. */
export function hashOfFile(file: string): string | null {
  try {
    return sha256(readFileSync(file), 16);
  } catch {
    return null;
  }
}
