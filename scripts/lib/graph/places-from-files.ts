import { readFileSync } from "node:fs";
import { isAbsolute, relative } from "node:path";
import { placeAt } from "../diagnostic/code-frame.ts";
import type { Place } from "../diagnostic/user-error.ts";
import type { SourceSpan } from "../model/source-span.ts";

/**
 * Makes a function that works out places by reading the files themselves, each once. For errors only: it blocks.
 * A file is shown relative to the current folder when it lies inside; one that cannot be read gives line 1 without a frame.
 */
export function placesFromFiles(): (span: SourceSpan) => Place {
  const sources = new Map<string, string | null>();
  return ({ file, offset, length }) => {
    const source = sources.has(file) ? (sources.get(file) ?? null) : readOrNull(file);
    sources.set(file, source);
    if (source === null) return { file: shownName(file), line: 1, column: 1, frame: null };
    return placeAt(source, shownName(file), offset, length);
  };
}

function readOrNull(file: string): string | null {
  try {
    return readFileSync(file, "utf8");
  } catch {
    return null;
  }
}

function shownName(file: string): string {
  const path = relative(process.cwd(), file);
  return path === "" || path.startsWith("..") || isAbsolute(path) ? file : path;
}
