/** What keeps its history. A folder with both `.jj` and `.git` is `jj`. */
export type RepositoryKind = "git" | "jj";

/** Why a repository that was asked for cannot be worked in. */
export type RepositoryProblem =
  | { readonly kind: "missing" }
  | { readonly kind: "not-a-folder" }
  /** A folder, but with none of the markers. */
  | { readonly kind: "not-a-repository" }
  /** It, or a folder above it, may not be entered or read. */
  | { readonly kind: "no-permission" };

interface RepositoryCommon {
  /** Unique. What the user gave it, else `rel`. May hold anything a folder's name may, control characters too: show it escaped. */
  readonly name: string;
  /** Absolute. Real where it is found; else as it was written. */
  readonly path: string;
  /** From the workspace's root, with `/`; `.` is the root itself. Outside the root (`allow_outside`): absolute. */
  readonly rel: string;
  readonly tags: readonly string[];
  /** Variables of its commands, over those of the command that runs them. */
  readonly environment: Readonly<Record<string, string>>;
  /** Milliseconds a command may take here; null: the command's own, or the workspace's. */
  readonly timeoutMs: number | null;
}

/** A repository whose folder was found. */
export interface FoundRepository extends RepositoryCommon {
  readonly problem: null;
  readonly kind: RepositoryKind;
  /** Device and inode of the folder: compared again right before anything is spawned in it. */
  readonly device: number;
  readonly inode: number;
}

/** One that stands in the list and is not there: its commands fail, the others' go on. */
export interface LostRepository extends RepositoryCommon {
  readonly problem: RepositoryProblem;
  readonly kind: null;
}

export type Repository = FoundRepository | LostRepository;
