import { statSync } from "node:fs";
import { join } from "node:path";
import { type Place, type Problem, makeProblem, UserError } from "../diagnostic/user-error.ts";
import type { Repository } from "../model/repository.ts";
import type { ListedRepository, RepositoryWorkspace } from "../model/repository-workspace.ts";
import type { SourceSpan } from "../model/source-span.ts";
import { locateListed } from "./locate-listed.ts";
import { scanFolders, type UnreadableFolder } from "./scan-folders.ts";

export interface FoundRepositories {
  /** Those listed, in the order of the list, then those found by the scan, by path. Names and paths are unique. */
  readonly repositories: readonly Repository[];
  /** Folders the scan could not look into. */
  readonly unreadable: readonly UnreadableFolder[];
}

const usualMarkers = [".git", ".jj"];

/**
 * Finds the repositories of a workspace: those the file lists and those that lie below its root. One that is listed is not found a second time.
 *
 * @param placeOf Works out line and frame of a span of the file.
 * @throws {UserError} `PATH_ESCAPE` for each one that lies where none may, `VALUE_INVALID` for each folder or name that stands in the list
 *   twice; all at once.
 */
export function findRepositories(
  workspace: Pick<RepositoryWorkspace, "root" | "allowOutside" | "scan" | "list">,
  placeOf: (span: SourceSpan) => Place,
): FoundRepositories {
  const listed = locateAll(workspace, placeOf);
  const paths = new Set(listed.map(({ path }) => path));
  const names = new Set(listed.map(({ name }) => name));
  const { marked, unreadable } =
    workspace.scan === null ? { marked: [], unreadable: [] } : scanFolders(workspace.root, workspace.scan);
  const scanned = marked.flatMap(({ rel, kind }): Repository[] => {
    const path = rel === "." ? workspace.root : join(workspace.root, rel);
    const stats = paths.has(path) ? undefined : statSync(path, { throwIfNoEntry: false });
    if (stats === undefined) return [];
    const own = { name: freeName(rel, names), path, rel, kind, device: stats.dev, inode: stats.ino };
    return [{ ...own, problem: null, tags: [], environment: {}, timeoutMs: null }];
  });
  return { repositories: [...listed, ...scanned], unreadable };
}

/** A name the list gave to another one is taken. */
function freeName(rel: string, taken: ReadonlySet<string>): string {
  return taken.has(rel) ? freeName(`./${rel}`, taken) : rel;
}

function locateAll(
  { root, allowOutside, scan, list }: Pick<RepositoryWorkspace, "root" | "allowOutside" | "scan" | "list">,
  placeOf: (span: SourceSpan) => Place,
): readonly Repository[] {
  const territory = { root, allowOutside, markers: scan?.markers ?? usualMarkers };
  const problems: Problem[] = [];
  const located: { readonly entry: ListedRepository; readonly repository: Repository }[] = [];
  for (const entry of list) {
    const found = locateListed(entry, territory);
    if ("escapesTo" in found) {
      problems.push(escapeProblem(entry, found.escapesTo, root, placeOf));
      continue;
    }
    const { repository } = found;
    const twin = located.find(
      (other) => other.repository.path === repository.path || other.repository.name === repository.name,
    );
    if (twin) problems.push(duplicateProblem(entry, repository, twin, placeOf));
    else located.push({ entry, repository });
  }
  const [first, ...more] = problems;
  if (first) throw new UserError([first, ...more]);
  return located.map(({ repository }) => repository);
}

function escapeProblem(
  { path, span }: ListedRepository,
  escapesTo: string,
  root: string,
  placeOf: (span: SourceSpan) => Place,
): Problem {
  const isNul = escapesTo.includes("\0");
  const why = isNul ? "holds a NUL character" : `leads out of the workspace, to ${escapesTo}`;
  const hint = `Repositories lie inside ${root}. A folder elsewhere is allowed by allow_outside.`;
  return makeProblem("PATH_ESCAPE", `The path ${JSON.stringify(path)} of a repository ${why}`, {
    place: placeOf(span),
    hint: isNul ? null : hint,
  });
}

function duplicateProblem(
  entry: ListedRepository,
  { name, path }: Repository,
  twin: { readonly entry: ListedRepository; readonly repository: Repository },
  placeOf: (span: SourceSpan) => Place,
): Problem {
  const what =
    twin.repository.path === path ? `The folder ${path} is listed twice` : `Two repositories are named "${name}"`;
  return makeProblem("VALUE_INVALID", what, {
    place: placeOf(entry.span),
    related: [{ place: placeOf(twin.entry.span), label: "first here" }],
    hint: twin.repository.path === path ? "Remove one of them." : "Give one of them another name.",
  });
}
