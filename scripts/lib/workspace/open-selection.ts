import type { Place, Problem } from "../diagnostic/user-error.ts";
import type { RepositoryWorkspace } from "../model/repository-workspace.ts";
import type { SourceSpan } from "../model/source-span.ts";
import { findRepositories, type FoundRepositories } from "../repos/find-repositories.ts";
import { selectRepositories, type Selection, type SelectionOptions } from "./select-repositories.ts";
import type { SelectionQuery } from "./selection-query.ts";

/** What the file says, as `readWorkspace` gives it. */
export interface WorkspaceRead {
  readonly workspace: RepositoryWorkspace;
  readonly root: string;
  readonly warnings: readonly Problem[];
}

export interface OpenSelectionOptions extends Omit<SelectionOptions, "leftOut"> {
  readonly placeOf: (span: SourceSpan) => Place;
  /** Absolute paths: only these repositories are meant; null: no matter which. */
  readonly among: readonly string[] | null;
  /** Once it is aborted, what could not be asked is no news. */
  readonly signal: AbortSignal;
  readonly say: {
    readonly warnings: (problems: readonly Problem[]) => void;
    readonly unreadable: (folders: FoundRepositories["unreadable"]) => void;
    readonly leftOut: (selection: Selection) => void;
    /** Paths of `among` at which there is no repository any more. */
    readonly gone: (paths: readonly string[]) => void;
  };
}

/**
 * From services.yaml to the repositories a command is meant for. What is worth a note on the way is handed to `say`, at once.
 *
 * @throws {UserError} What `findRepositories` and `selectRepositories` throw.
 */
export async function openSelection(
  { workspace, warnings }: WorkspaceRead,
  query: SelectionQuery,
  options: OpenSelectionOptions,
): Promise<Selection> {
  const { among, say } = options;
  say.warnings(warnings);
  const found = findRepositories(workspace, options.placeOf);
  say.unreadable(found.unreadable);
  const known = found.repositories.filter(({ path }) => among === null || among.includes(path));
  say.gone((among ?? []).filter((path) => !known.some((repository) => repository.path === path)));
  const leftOut = (selection: Selection): void => {
    if (!options.signal.aborted) say.leftOut(selection);
  };
  return selectRepositories(known, workspace, query, { ...options, leftOut });
}
