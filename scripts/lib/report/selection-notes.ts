import { formatProblem } from "../diagnostic/format-problem.ts";
import type { Problem } from "../diagnostic/user-error.ts";
import type { Repository, RepositoryProblem } from "../model/repository.ts";
import { countWords, listWords } from "./list-words.ts";
import type { Screen } from "./screen.ts";
import { repositoryProblemWords } from "./repository-words.ts";
import { visibleName } from "./visible-name.ts";
import { visibleText } from "./visible-text.ts";

const named = 5;

/** Folders that were not looked into for repositories. A line ending with a newline; nothing where there are none. */
function unreadableNote(folders: readonly { readonly path: string; readonly errno: string }[]): string {
  if (folders.length === 0) return "";
  const words = folders.map(({ path, errno }) => `${visibleName(path)} (${errno})`);
  return `note: ${countWords(folders.length, "folder")} could not be looked into for repositories: ${listWords(words, named)}\n`;
}

/** Repositories that a selection left out, since it could not tell whether they are meant. Lines ending with a newline. */
function undecidedNote(
  undecided: readonly { readonly repository: Repository; readonly problem: RepositoryProblem | string }[],
  withoutCommit: readonly Repository[],
): string {
  const unreadable = undecided.map(
    ({ repository, problem }) => `${visibleName(repository.name)} (${visibleText(repositoryProblemWords(problem))})`,
  );
  const names = withoutCommit.map(({ name }) => visibleName(name));
  return [
    unreadable.length === 0
      ? ""
      : `note: left out, since they cannot be looked into: ${listWords(unreadable, named)}\n`,
    names.length === 0 ? "" : `note: left out, since they have no such commit: ${listWords(names, named)}\n`,
  ].join("");
}

/** Repositories that failed the last time, and are no more. */
function goneNote(paths: readonly string[]): string {
  return paths.length === 0 ? "" : `note: no longer there: ${listWords(paths.map(visibleName), named)}\n`;
}

/** What the user is told while repositories are found and selected. */
export function selectionNotes({ write, color }: Pick<Screen, "write" | "color">) {
  return {
    warnings: (problems: readonly Problem[]) => {
      for (const problem of problems) write(`${formatProblem(problem, color)}\n`);
    },
    unreadable: (folders: Parameters<typeof unreadableNote>[0]) => write(unreadableNote(folders)),
    leftOut: (selection: {
      readonly undecided: Parameters<typeof undecidedNote>[0];
      readonly withoutCommit: Parameters<typeof undecidedNote>[1];
    }) => write(undecidedNote(selection.undecided, selection.withoutCommit)),
    gone: (paths: readonly string[]) => write(goneNote(paths)),
  };
}
