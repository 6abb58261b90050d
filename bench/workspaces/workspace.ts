/** A folder with repositories in it, all alike but for their names. */
export interface Workspace {
  /** Absolute and real. What a tool wants to find beside the repositories is written here. */
  readonly folder: string;
  readonly repositories: readonly Repository[];
}

export interface Repository {
  /** r000, r001 and so on: of its folder, its package and its only branch. */
  readonly name: string;
  readonly path: string;
}
