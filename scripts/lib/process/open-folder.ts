import { constants, fstatSync, closeSync, openSync } from "node:fs";
import { errnoOf } from "../diagnostic/errno-of.ts";
import type { RepositoryProblem } from "../model/repository.ts";

/** A folder as it was found: device and inode tell it from another of its name. */
export interface KnownFolder {
  /** Absolute. */
  readonly path: string;
  readonly device: number;
  readonly inode: number;
}

/**
 * @returns A descriptor, the caller's to close; or why it is not the folder that was found.
 * @throws the errno error where that is not about the folder: too many open files.
 */
export function openFolder({
  path,
  device,
  inode,
}: KnownFolder): number | RepositoryProblem | { readonly kind: "replaced" } {
  let descriptor: number;
  try {
    descriptor = openSync(path, constants.O_RDONLY | constants.O_DIRECTORY | constants.O_NOFOLLOW);
  } catch (error) {
    const errno = errnoOf(error);
    // A symbolic link in its place.
    if (errno === "ELOOP" || errno === "ENOTDIR") return { kind: "replaced" };
    if (errno === "ENOENT") return { kind: "missing" };
    if (errno === "EACCES" || errno === "EPERM") return { kind: "no-permission" };
    throw error;
  }
  const stat = fstatSync(descriptor);
  if (stat.dev === device && stat.ino === inode) return descriptor;
  closeSync(descriptor);
  return { kind: "replaced" };
}
