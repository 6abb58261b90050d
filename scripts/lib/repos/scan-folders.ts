import { type Dirent, readdirSync } from "node:fs";
import { join } from "node:path";
import { errnoOf } from "../diagnostic/errno-of.ts";
import type { RepositoryKind } from "../model/repository.ts";
import type { RepositoryScan } from "../model/repository-workspace.ts";
import { compileGlob, isGlob } from "./glob.ts";

/** A folder that holds a marker. */
interface MarkedFolder {
  /** From the root, with `/`; `.` is the root itself. */
  readonly rel: string;
  readonly kind: RepositoryKind;
}

/** A folder the scan could not look into: what lies below it is not known. */
export interface UnreadableFolder {
  readonly path: string;
  readonly errno: string;
}

export interface ScannedFolders {
  /** By `rel`, in the order of code units. */
  readonly marked: readonly MarkedFolder[];
  readonly unreadable: readonly UnreadableFolder[];
}

/**
 * Looks for repositories below a folder: one reading of each folder, no file is looked at. Symlinks are not followed: what they lead to inside
 * the root is found where it lies, and what lies outside is none of ours. The root is entered even where it is a repository itself, since that
 * is how a folder of repositories is kept under version control.
 */
export function scanFolders(root: string, scan: RepositoryScan): ScannedFolders {
  const isExcluded = exclusion(scan.exclude);
  const markers = new Set(scan.markers);
  const marked: MarkedFolder[] = [];
  const unreadable: UnreadableFolder[] = [];
  let level: readonly string[] = ["."];
  for (let depth = 0; level.length > 0 && depth <= scan.depth; depth += 1) {
    const next: string[] = [];
    for (const rel of level) {
      const entries = entriesOf(join(root, rel), unreadable);
      const isMarked = entries.some(({ name }) => markers.has(name));
      if (isMarked) marked.push({ rel, kind: entries.some(({ name }) => name === ".jj") ? "jj" : "git" });
      if (depth === scan.depth || (isMarked && !scan.nested && rel !== ".")) continue;
      for (const entry of entries) {
        if (!entry.isDirectory() || markers.has(entry.name)) continue;
        const below = rel === "." ? entry.name : `${rel}/${entry.name}`;
        if (!isExcluded(entry.name, below)) next.push(below);
      }
    }
    level = next;
  }
  return { marked: marked.toSorted((a, b) => (a.rel < b.rel ? -1 : 1)), unreadable };
}

function entriesOf(folder: string, unreadable: UnreadableFolder[]): readonly Dirent[] {
  try {
    return readdirSync(folder, { withFileTypes: true });
  } catch (error) {
    const errno = errnoOf(error);
    // It went away meanwhile; but a name that is no UTF-8 cannot be asked for, and that is worth knowing.
    if (errno !== "ENOENT" || folder.includes("\uFFFD")) unreadable.push({ path: folder, errno });
    return [];
  }
}

/** A pattern without a slash is about a folder's name, wherever it lies; one with a slash about its path from the root. */
function exclusion(patterns: readonly string[]): (name: string, rel: string) => boolean {
  const trimmed = patterns.map((pattern) => pattern.replace(/^\.\//, "").replace(/\/+$/, ""));
  const names = new Set(trimmed.filter((pattern) => !pattern.includes("/") && !isGlob(pattern)));
  const nameGlobs = trimmed.filter((pattern) => !pattern.includes("/") && isGlob(pattern)).map(compileGlob);
  const pathGlobs = trimmed.filter((pattern) => pattern.includes("/")).map(compileGlob);
  return (name, rel) =>
    names.has(name) || nameGlobs.some((matches) => matches(name)) || pathGlobs.some((matches) => matches(rel));
}
