/**
 * Which repositories a command is meant for, as the options of the command line have it. Of one kind, any may hold; of different kinds, all
 * must; what is excluded is excluded. Nothing given: all of them.
 */
export interface SelectionQuery {
  /** Globs of names. */
  readonly repo: readonly string[];
  /** Names of groups. */
  readonly group: readonly string[];
  /** Boolean expressions of tags. */
  readonly tags: readonly string[];
  /** A file with a name or a path a line; `-`: standard input. */
  readonly reposFrom: string | null;
  /** Globs of names. */
  readonly exclude: readonly string[];
  /** Only those with something that is not committed. */
  readonly dirty: boolean;
  /** Globs of branches, or of bookmarks. */
  readonly branch: readonly string[];
  /** Only those that differ from this commit. */
  readonly changedSince: string | null;
}
