import type { RepositoryState } from "../model/repository-state.ts";
import { answerProblem } from "./answer-problem.ts";
import type { Answer, Ask } from "./ask.ts";
import type { Since } from "./read-git.ts";
import { repositoryEnvironment } from "./repository-environment.ts";

type Environment = Readonly<Record<string, string | undefined>>;

/** The working copy's change, and the nearest that bookmarks point to. */
const revisions = "@ | heads(::@ & bookmarks())";
/** Of a change: its id, its bookmarks and how many files it touches. A bookmark's name holds no blank. */
const template = String.raw`change_id.shortest(8) ++ "\0" ++ local_bookmarks.map(|it| it.name()).join(" ") ++ "\0" ++ diff.files().len() ++ "\0"`;

/**
 * How a jj repository stands; asks jj once. The files are as jj saw them at its own last command: a look of ours would write to the repository.
 * The bookmarks are those of the working copy's change, or where it has none those nearest below it.
 */
export async function readJj(path: string, ask: Ask, ambient: Environment): Promise<RepositoryState> {
  const answer = await askJj(path, ask, ambient, ["log", "--no-graph", "-r", revisions, "-T", template]);
  const problem = answerProblem("jj", answer, path);
  return problem === null ? parseChanges(answer.stdout) : { problem };
}

/** @param output Id, bookmarks and number of files of each change, each ended by NUL, the working copy's first. */
export function parseChanges(output: string): RepositoryState {
  const [id = "", ownBookmarks = "", files = "0", ...others] = output.split("\0");
  const bookmarks = [ownBookmarks, ...others.filter((_, index) => index % 3 === 1)].join(" ").split(" ");
  return {
    problem: null,
    head: { kind: "change", id, bookmarks: bookmarks.filter((name) => name !== "") },
    changedFiles: Number(files),
    // jj tracks every file it sees.
    untrackedFiles: 0,
    upstream: null,
  };
}

/**
 * Whether the working copy's change differs from a revision.
 *
 * @param revision Anything jj takes for one.
 */
export async function jjDiffersFrom(path: string, revision: string, ask: Ask, ambient: Environment): Promise<Since> {
  const answer = await askJj(path, ask, ambient, ["diff", `--from=${revision}`, "--to=@", "--name-only"]);
  const problem = answerProblem("jj", answer, path);
  if (problem === null) return answer.stdout === "" ? "unchanged" : "changed";
  return /^Error: (?:Revision|Revset|Failed to parse revset)/.test(answer.stderr) ? "unknown-commit" : { problem };
}

async function askJj(path: string, ask: Ask, ambient: Environment, args: readonly string[]): Promise<Answer> {
  // --repository: a folder that is no repository must not be taken for a part of the one around it.
  const harmless = ["--repository=.", "--ignore-working-copy", "--no-pager", "--color=never"];
  return ask(["jj", ...harmless, ...args], { cwd: path, environment: repositoryEnvironment(ambient) });
}
