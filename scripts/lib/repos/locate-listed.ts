import { accessSync, constants, lstatSync, realpathSync, statSync } from "node:fs";
import { dirname, join, relative, resolve, sep } from "node:path";
import { errnoOf } from "../diagnostic/errno-of.ts";
import type { FoundRepository, LostRepository, Repository, RepositoryProblem } from "../model/repository.ts";
import type { ListedRepository, RepositoryWorkspace } from "../model/repository-workspace.ts";

/** Where the folders of a workspace may lie, and what makes one a repository. */
export type Territory = Pick<RepositoryWorkspace, "root" | "allowOutside"> & { readonly markers: readonly string[] };

/** The repository of an entry of the list; or where it leads, when that is a place it must not lead to. */
type Located = { readonly repository: Repository } | { readonly escapesTo: string };

/**
 * Finds the folder of a repository the file lists. Every symlink is resolved first: what counts is where it really is.
 *
 * @returns A lost repository where there is none that can be worked in: that is for its commands to fail on.
 */
export function locateListed(listed: ListedRepository, territory: Territory): Located {
  const written = resolve(territory.root, listed.path);
  // No system call takes it, so it can lead nowhere.
  if (written.includes("\0")) return { escapesTo: written };
  const { path, problem } = realPathOf(written);
  if (!isAllowed(path, territory)) return { escapesTo: path };
  const rel = relFrom(territory.root, path);
  const common = {
    name: listed.name ?? rel,
    path,
    rel,
    tags: listed.tags,
    environment: listed.environment,
    timeoutMs: listed.timeoutMs,
  };
  const found = problem ?? inspect(path, territory.markers);
  return { repository: "kind" in found && "device" in found ? { ...common, ...found } : lost(common, found) };
}

function lost(common: Omit<LostRepository, "kind" | "problem">, problem: RepositoryProblem): LostRepository {
  return { ...common, problem, kind: null };
}

/** A path from the root, with `/`; absolute for what lies outside. */
function relFrom(root: string, path: string): string {
  if (path === root) return ".";
  return isInside(path, root) ? relative(root, path).replaceAll(sep, "/") : path;
}

function isInside(path: string, folder: string): boolean {
  return path === folder || path.startsWith(folder.endsWith(sep) ? folder : folder + sep);
}

function isAllowed(path: string, { root, allowOutside }: Territory): boolean {
  return [root, ...allowOutside].some((folder) => isInside(path, folder));
}

/** The real path; of what is not there, that of the folder it would be in, with the rest as it was written. */
function realPathOf(path: string): { readonly path: string; readonly problem: RepositoryProblem | null } {
  let problem: RepositoryProblem | null = null;
  for (let folder = path; ; folder = dirname(folder)) {
    try {
      return { path: join(realpathSync(folder), relative(folder, path)), problem };
    } catch (error) {
      problem ??= problemOf(error);
      if (folder === dirname(folder)) return { path, problem };
    }
  }
}

function inspect(
  path: string,
  markers: readonly string[],
): Pick<FoundRepository, "problem" | "kind" | "device" | "inode"> | RepositoryProblem {
  try {
    const stats = statSync(path);
    if (!stats.isDirectory()) return { kind: "not-a-folder" };
    accessSync(path, constants.X_OK);
    if (!markers.some((marker) => isThere(join(path, marker)))) return { kind: "not-a-repository" };
    const kind = isThere(join(path, ".jj")) ? "jj" : "git";
    return { problem: null, kind, device: stats.dev, inode: stats.ino };
  } catch (error) {
    return problemOf(error);
  }
}

function isThere(path: string): boolean {
  return lstatSync(path, { throwIfNoEntry: false }) !== undefined;
}

function problemOf(error: unknown): RepositoryProblem {
  const errno = errnoOf(error);
  if (errno === "") throw error;
  return { kind: errno === "EACCES" || errno === "EPERM" ? "no-permission" : "missing" };
}
