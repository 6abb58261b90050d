import type { Repository } from "../workspaces/workspace.ts";

/** Where something was not done, or more than once, by the names that were found where it was; null: once in each, and nowhere else. */
export function notOnceEach(found: readonly string[], repositories: readonly Repository[]): string | null {
  const wanted = repositories.map(({ name }) => name);
  const differs = found.length !== wanted.length || found.toSorted().some((name, index) => name !== wanted[index]);
  return differs ? `was in ${new Set(found).size} of ${wanted.length} repositories, ${found.length} times` : null;
}
