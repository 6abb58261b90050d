import type { Problem } from "../diagnostic/user-error.ts";
import { placesFromFiles } from "../graph/places-from-files.ts";
import type { RepositoryWorkspace } from "../model/repository-workspace.ts";
import { captureCommand } from "../process/capture-command.ts";
import type { Ask } from "../repos/ask.ts";
import { findRepositories, type FoundRepositories } from "../repos/find-repositories.ts";
import { selectRepositories, type Selection, type SelectionOptions } from "./select-repositories.ts";
import type { SelectionQuery } from "./selection-query.ts";

/** How long a question to git or jj about one repository may take, and how much the answer may be. */
const askLimits = { timeoutMs: 60_000, mostBytes: 32 * 1024 * 1024 } as const;

/** What the file says, as `readWorkspace` gives it. */
export interface WorkspaceRead {
  readonly workspace: RepositoryWorkspace;
  readonly root: string;
  readonly warnings: readonly Problem[];
}

export interface OpenSelectionOptions extends Omit<SelectionOptions, "leftOut" | "ask"> {
  /** Absolute paths: only these repositories are meant; null: no matter which. */
  readonly among: readonly string[] | null;
  /** Once it is aborted, nothing is asked any more, and what could not be asked is no news. */
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
  const { among, say, signal } = options;
  say.warnings(warnings);
  const found = findRepositories(workspace, placesFromFiles());
  say.unreadable(found.unreadable);
  const known = found.repositories.filter(({ path }) => among === null || among.includes(path));
  say.gone((among ?? []).filter((path) => !known.some((repository) => repository.path === path)));
  const leftOut = (selection: Selection): void => {
    if (!signal.aborted) say.leftOut(selection);
  };
  const ask: Ask = (argv, place) => captureCommand(argv, { ...place, ...askLimits, signal });
  return selectRepositories(known, workspace, query, { ...options, ask, leftOut });
}
