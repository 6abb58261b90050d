import type { Repository, RepositoryKind } from "../model/repository.ts";
import type { RepositoryState } from "../model/repository-state.ts";
import { repositoryProblemWords } from "./repository-words.ts";

/** A repository, for programs. What is not known, or was not asked for, is null. */
interface RepositoryRow {
  readonly name: string;
  readonly path: string;
  readonly rel: string;
  readonly kind: RepositoryKind | null;
  readonly tags: readonly string[];
  /** null on no branch, and in jj. */
  readonly branch: string | null;
  /** Where git stands on no branch. */
  readonly commit: string | null;
  /** jj's. */
  readonly change: string | null;
  readonly bookmarks: readonly string[] | null;
  readonly dirty: boolean | null;
  readonly changedFiles: number | null;
  readonly untrackedFiles: number | null;
  readonly upstream: string | null;
  readonly ahead: number | null;
  readonly behind: number | null;
  /** Why it cannot be worked in, or looked into. `unreadable`: git or jj says so. */
  readonly problem: { readonly kind: string; readonly message: string } | null;
}

/** The document of `repos --json`. */
export interface ReposDocument {
  readonly schemaVersion: 1;
  readonly root: string;
  readonly repositories: readonly RepositoryRow[];
  readonly summary: { readonly total: number; readonly dirty: number; readonly unreadable: number };
}

export function reposDocument(
  root: string,
  repositories: readonly Repository[],
  states: ReadonlyMap<Repository, RepositoryState>,
): ReposDocument {
  const rows = repositories.map((repository) => rowOf(repository, states.get(repository)));
  return {
    schemaVersion: 1,
    root,
    repositories: rows,
    summary: {
      total: rows.length,
      dirty: rows.filter(({ dirty }) => dirty).length,
      unreadable: rows.filter(({ problem }) => problem !== null).length,
    },
  };
}

/** 0: all of them can be worked in and looked into; 2: some; 1: none. */
export function reposExitCode({ summary: { total, unreadable } }: ReposDocument): 0 | 1 | 2 {
  if (unreadable === 0) return 0;
  return unreadable === total ? 1 : 2;
}

function rowOf(repository: Repository, state: RepositoryState | undefined): RepositoryRow {
  const { name, path, rel, kind, tags } = repository;
  const known = state?.problem === null ? state : null;
  const head = known?.head;
  return {
    name,
    path,
    rel,
    kind,
    tags,
    branch: head?.kind === "branch" ? head.name : null,
    commit: head?.kind === "detached" ? head.commit : null,
    change: head?.kind === "change" ? head.id : null,
    bookmarks: head?.kind === "change" ? head.bookmarks : null,
    dirty: known && known.changedFiles + known.untrackedFiles > 0,
    changedFiles: known?.changedFiles ?? null,
    untrackedFiles: known?.untrackedFiles ?? null,
    upstream: known?.upstream?.name ?? null,
    ahead: known?.upstream?.ahead ?? null,
    behind: known?.upstream?.behind ?? null,
    problem: problemOf(repository, state),
  };
}

function problemOf(repository: Repository, state: RepositoryState | undefined): RepositoryRow["problem"] {
  if (repository.problem) {
    return { kind: repository.problem.kind, message: repositoryProblemWords(repository.problem) };
  }
  return state && state.problem !== null ? { kind: "unreadable", message: state.problem } : null;
}
