import { userError } from "../diagnostic/user-error.ts";
import type { Repository } from "../model/repository.ts";
import { locateListed } from "../repos/locate-listed.ts";

/** A repository, or the path of one from the root. */
export type Place = string | Repository;

const markers = [".git", ".jj"];

/**
 * The repository that a program means.
 *
 * @param root Real path.
 * @throws {UserError} `PATH_ESCAPE` when a path leads out of the root.
 */
export function locatePlace(place: Place, root: string): Repository {
  if (typeof place !== "string") return place;
  const listed = { name: null, path: place, tags: [], environment: {}, timeoutMs: null };
  const span = { file: "", offset: 0, length: 0 };
  const located = locateListed({ ...listed, span }, { root, allowOutside: [], markers });
  if ("repository" in located) return located.repository;
  throw userError("PATH_ESCAPE", `The path ${JSON.stringify(place)} of a repository leads out of ${root}`, {
    hint: "Give the folder that holds them all as root.",
  });
}
