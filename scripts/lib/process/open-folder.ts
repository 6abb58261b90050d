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

/** @returns A descriptor, the caller's to close; or why it is not the folder that was found. */
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
    return { kind: errno === "ENOENT" ? "missing" : "no-permission" };
  }
  const stat = fstatSync(descriptor);
  if (stat.dev === device && stat.ino === inode) return descriptor;
  closeSync(descriptor);
  return { kind: "replaced" };
}
