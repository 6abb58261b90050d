import { createHash } from "node:crypto";
import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { isDeepStrictEqual } from "node:util";
import type { SourceText } from "./source-text.ts";
import { type Outline, outlineOf, treeOf } from "./tree-outline.ts";
import type { MapNode } from "./yaml-tree.ts";

/** Where outlines of services files are kept, each under the hash of its text. */
export interface OutlineCache {
  /** Absolute; made when it is missing. A user's own: what lies there is believed. */
  readonly folder: string;
  /** Names the build of the parser: what another one found right may be wrong for this one. */
  readonly build: string;
}

/** So many files were right lately; older ones are removed. */
const mostOutlines = 100;

/** The tree of a text that was parsed before and found right; null when it was not, or nothing can be read. */
export function knownTree({ folder, build }: OutlineCache, source: SourceText): MapNode | null {
  try {
    const outline: Outline = JSON.parse(readFileSync(join(folder, nameOf(source, build)), "utf8"));
    return treeOf(outline, source);
  } catch {
    return null;
  }
}

/**
 * Keeps the outline of a tree that nothing is wrong with. It holds places, never a value of the file: no secret leaves it. A folder that cannot
 * be written only costs time.
 */
export function keepTree({ folder, build }: OutlineCache, source: SourceText, tree: MapNode): void {
  const outline = outlineOf(tree, source);
  if (outline === null || !isDeepStrictEqual(treeOf(outline, source), tree)) return;
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    const file = join(folder, nameOf(source, build));
    const temporary = `${file}.${process.pid}.tmp`;
    writeFileSync(temporary, JSON.stringify(outline), { mode: 0o600 });
    renameSync(temporary, file);
    removeOldest(folder);
  } catch {
    // A full disk, a home that is read-only: parsed again next time.
  }
}

function nameOf({ text }: SourceText, build: string): string {
  return `${createHash("sha256").update(`${build}\0${text}`).digest("hex")}.json`;
}

function removeOldest(folder: string): void {
  const files = readdirSync(folder).map((name) => join(folder, name));
  if (files.length <= mostOutlines) return;
  const oldestFirst = files
    .map((file) => ({ file, writtenAt: statSync(file).mtimeMs }))
    .toSorted((one, other) => one.writtenAt - other.writtenAt);
  for (const { file } of oldestFirst.slice(0, files.length - mostOutlines)) rmSync(file, { force: true });
}
