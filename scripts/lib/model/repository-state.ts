/** What the working copy of a repository stands on. */
export type RepositoryHead =
  | { readonly kind: "branch"; readonly name: string }
  /** No branch: git stands on a commit, named by its first hex digits. */
  | { readonly kind: "detached"; readonly commit: string }
  /** jj: a change, by the shortest id it calls unique, and the bookmarks nearest below it, itself included. */
  | { readonly kind: "change"; readonly id: string; readonly bookmarks: readonly string[] };

interface KnownState {
  readonly problem: null;
  readonly head: RepositoryHead;
  /** Files that differ from the last commit; in jj, from the change before. */
  readonly changedFiles: number;
  /** git only: paths it does not know and does not ignore; a folder of such counts once. */
  readonly untrackedFiles: number;
  /** What the branch follows; null: nothing, or that is gone. */
  readonly upstream: { readonly name: string; readonly ahead: number; readonly behind: number } | null;
}

/** How a repository stands; or why that cannot be told, as one line. */
export type RepositoryState = KnownState | { readonly problem: string };

/** The branch, the nearest bookmark, or where there is none the commit or the change. */
export function branchOf(head: RepositoryHead): string {
  if (head.kind === "branch") return head.name;
  if (head.kind === "detached") return head.commit;
  return head.bookmarks[0] ?? head.id;
}
