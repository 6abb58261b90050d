import { exitCodes, userError } from "../diagnostic/user-error.ts";
import type { Repository, RepositoryProblem } from "../model/repository.ts";
import type { RepositoryHead, RepositoryState } from "../model/repository-state.ts";
import type { RepositoryWorkspace } from "../model/repository-workspace.ts";
import { compileGlob } from "../repos/glob.ts";
import { gitDiffersFrom, type Since } from "../repos/read-git.ts";
import { jjDiffersFrom } from "../repos/read-jj.ts";
import { chooseRepositories } from "./choose-repositories.ts";
import { enumeratedRepositories } from "./enumerated-repositories.ts";
import { eachFound, type Looking, readStates } from "./read-states.ts";
import type { SelectionQuery } from "./selection-query.ts";

/** The repositories a command is meant for. */
export interface Selection {
  /** In the order they were found. */
  readonly repositories: readonly Repository[];
  /** How they stand, where that was read. */
  readonly states: ReadonlyMap<Repository, RepositoryState>;
  /** Left out, since what --dirty, --branch or --changed-since ask of them cannot be told. */
  readonly undecided: readonly { readonly repository: Repository; readonly problem: RepositoryProblem | string }[];
  /** Left out, since they have no commit of the name after --changed-since. */
  readonly withoutCommit: readonly Repository[];
}

export interface SelectionOptions extends Looking {
  /** The folder the command was called in. */
  readonly cwd: string;
  /** true: how the selected stand is wanted, whether the query needs it or not. */
  readonly wantsStates: boolean;
  /** true: none may be left. */
  readonly allowsNone: boolean;
  /** Told before an empty selection is an error: it may be why. */
  readonly leftOut: (selection: Selection) => void;
  /** Gives the text of --repos-from. */
  readonly readList: (source: string) => Promise<string>;
}

/**
 * Selects among the repositories of a workspace.
 *
 * @param found As `findRepositories` gives them.
 * @throws {UserError} `NO_REPOSITORIES` where there are none at all, `SELECTION_EMPTY`, `REVISION_UNKNOWN`, and what `chooseRepositories` and
 *   `enumeratedRepositories` throw (exit code 64).
 */
export async function selectRepositories(
  found: readonly Repository[],
  workspace: Pick<RepositoryWorkspace, "root" | "scan" | "groups">,
  query: SelectionQuery,
  options: SelectionOptions,
): Promise<Selection> {
  assertRevision(query.changedSince);
  if (found.length === 0 && !options.allowsNone) throw noRepositories(workspace);
  const list = query.reposFrom === null ? null : await options.readList(query.reposFrom);
  const enumerated = list === null ? null : enumeratedRepositories(list, found, options.cwd);
  const chosen = chooseRepositories(found, workspace.groups, { ...query, enumerated });
  const needsStates = options.wantsStates || query.dirty || query.branch.length > 0 || query.changedSince !== null;
  const states = needsStates ? await readStates(chosen, options) : new Map<Repository, RepositoryState>();
  const selection = await bySight({ repositories: chosen, states, undecided: [], withoutCommit: [] }, query, options);
  options.leftOut(selection);
  if (selection.repositories.length === 0 && !options.allowsNone) throw selectionEmpty(found, query, selection);
  return selection;
}

/** Applies what takes a look into each repository. */
async function bySight(selection: Selection, query: SelectionQuery, looking: Looking): Promise<Selection> {
  const { dirty, changedSince } = query;
  if (!dirty && query.branch.length === 0 && changedSince === null) return selection;
  const branches = query.branch.map(compileGlob);
  const undecided: Selection["undecided"][number][] = [];
  const fitting = selection.repositories.filter((repository) => {
    const state = selection.states.get(repository);
    const problem = repository.problem ?? state?.problem ?? null;
    if (problem !== null) undecided.push({ repository, problem });
    if (problem !== null || state === undefined || state.problem !== null) return false;
    const isDirty = state.changedFiles + state.untrackedFiles > 0;
    const names = branchesOf(state.head);
    const isOnBranch = branches.length === 0 || branches.some((matches) => names.some((name) => matches(name)));
    return (isDirty || !dirty) && isOnBranch;
  });
  const judged = { ...selection, repositories: fitting, undecided };
  return changedSince === null ? judged : byChange(judged, changedSince, looking);
}

/** Without a branch there is no name to match. */
function branchesOf(head: RepositoryHead): readonly string[] {
  if (head.kind === "branch") return [head.name];
  return head.kind === "change" ? head.bookmarks : [];
}

async function byChange(selection: Selection, commit: string, { ask, ambient }: Looking): Promise<Selection> {
  const differences = await eachFound(selection.repositories, ({ kind, path }) =>
    kind === "git" ? gitDiffersFrom(path, commit, ask, ambient) : jjDiffersFrom(path, commit, ask, ambient),
  );
  const withoutCommit = selection.repositories.filter((one) => differences.get(one) === "unknown-commit");
  if (withoutCommit.length > 0 && withoutCommit.length === selection.repositories.length) {
    throw userError("REVISION_UNKNOWN", `No repository has a commit "${commit}" (--changed-since)`, {
      hint: "It may be the name of a commit, a branch or a tag, as git log takes it; what is only at the origin has to be fetched first.",
      exitCode: exitCodes.usage,
    });
  }
  const failed = selection.repositories.flatMap((repository) => {
    const difference: Since | undefined = differences.get(repository);
    return typeof difference === "object" ? [{ repository, problem: difference.problem }] : [];
  });
  return {
    ...selection,
    repositories: selection.repositories.filter((one) => {
      const state = selection.states.get(one);
      // What is new belongs to no commit.
      const isNew = state !== undefined && state.problem === null && state.untrackedFiles > 0;
      return differences.get(one) === "changed" || (differences.get(one) === "unchanged" && isNew);
    }),
    undecided: [...selection.undecided, ...failed],
    withoutCommit,
  };
}

function assertRevision(revision: string | null): void {
  if (revision === null || (revision !== "" && !revision.startsWith("-") && !revision.includes(".."))) return;
  throw userError("USAGE", `--changed-since must name a commit, a branch or a tag, but is "${revision}"`, {
    exitCode: exitCodes.usage,
  });
}

function noRepositories({ root, scan }: Pick<RepositoryWorkspace, "root" | "scan">): Error {
  const where =
    scan === null
      ? "services.yaml lists none, and scan is off"
      : `${scan.markers.join(" and ")} were looked for in ${root}, ${scan.depth} levels deep`;
  return userError("NO_REPOSITORIES", `There are no repositories here: ${where}`, {
    exitCode: exitCodes.usage,
    hint: "Go to the folder that holds them, or list them in services.yaml (workspace: repositories).",
  });
}

function selectionEmpty(found: readonly Repository[], query: SelectionQuery, { undecided }: Selection): Error {
  const unknown = undecided.length === 0 ? "" : `; of ${undecided.length} of them it cannot be told`;
  const asked = typed(query);
  const which = found.length === 1 ? "The one repository is not" : `None of the ${found.length} repositories is`;
  const message = `${which} selected by ${asked.join(" ")}${unknown}`;
  const hint =
    asked.length === 1
      ? '"groundswell repos" shows all of them, and how each stands.'
      : '"groundswell repos" with the same options, fewer at a time, shows which one leaves none.';
  return userError("SELECTION_EMPTY", message, { exitCode: exitCodes.usage, hint });
}

/** The query as it was typed, option by option. */
function typed({
  repo,
  group,
  tags,
  reposFrom,
  exclude,
  dirty,
  branch,
  changedSince,
}: SelectionQuery): readonly string[] {
  const several = (option: string, values: readonly string[]): string[] => values.map((value) => `${option} ${value}`);
  return [
    ...several("--repo", repo),
    ...several("--group", group),
    ...several("--tags", tags),
    ...(reposFrom === null ? [] : [`--repos-from ${reposFrom}`]),
    ...several("--exclude", exclude),
    ...(dirty ? ["--dirty"] : []),
    ...several("--branch", branch),
    ...(changedSince === null ? [] : [`--changed-since ${changedSince}`]),
  ];
}
