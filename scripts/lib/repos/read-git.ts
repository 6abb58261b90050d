import type { RepositoryHead, RepositoryState } from "../model/repository-state.ts";
import { answerProblem } from "./answer-problem.ts";
import type { Answer, Ask } from "./ask.ts";
import { boundaryOf, repositoryEnvironment } from "./repository-environment.ts";

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * What a repository's own configuration could have git run is switched off as far as git allows: fsmonitor, hooks, the pager. Filters
 * (`filter.*.clean`) stay, or every file of git-lfs would count as changed.
 */
const harmless = ["--no-optional-locks", "--no-pager", "-c", "core.fsmonitor=false", "-c", "core.hooksPath=/dev/null"];

/** How a git repository stands; asks git once. */
export async function readGit(path: string, ask: Ask, ambient: Environment): Promise<RepositoryState> {
  const answer = await askGit(path, ask, ambient, [
    "status",
    "--porcelain=v2",
    "--branch",
    "--ahead-behind",
    "--untracked-files=normal",
    "-z",
  ]);
  const problem = answerProblem("git", answer, path);
  return problem === null ? parseStatus(answer.stdout) : { problem };
}

/** Whether a repository differs from a commit of its own; `unknown-commit`: it has none that is called so. */
export type Since = "changed" | "unchanged" | "unknown-commit" | { readonly problem: string };

/**
 * Whether tracked files of a git repository differ from a commit, in the working copy, staged or committed.
 *
 * @param commit Anything git takes for one; does not begin with a dash.
 */
export async function gitDiffersFrom(path: string, commit: string, ask: Ask, ambient: Environment): Promise<Since> {
  const diff = await askGit(path, ask, ambient, ["diff", "--quiet", "--no-ext-diff", "--no-textconv", commit, "--"]);
  if (diff.code === 1) return "changed";
  const problem = answerProblem("git", diff, path);
  if (problem === null) return "unchanged";
  if (diff.code === null) return { problem };
  const known = await askGit(path, ask, ambient, ["rev-parse", "--verify", "--quiet", `${commit}^{commit}`]);
  return known.code === 1 ? "unknown-commit" : { problem };
}

async function askGit(path: string, ask: Ask, ambient: Environment, args: readonly string[]): Promise<Answer> {
  const environment = {
    ...repositoryEnvironment(ambient),
    // A folder that is no repository must not be taken for a part of the one around it.
    ...boundaryOf(path),
    GIT_NO_LAZY_FETCH: "1",
    LC_ALL: "C",
  };
  return ask(["git", ...harmless, ...args], { cwd: path, environment });
}

/** @param output Of `git status --porcelain=v2 --branch -z`: records that end with NUL. */
export function parseStatus(output: string): RepositoryState {
  const headers = new Map<string, string>();
  let changedFiles = 0;
  let untrackedFiles = 0;
  const records = output.split("\0");
  for (let index = 0; index < records.length; index += 1) {
    const record = records[index] ?? "";
    if (record.startsWith("# ")) {
      const [, name = "", value = ""] = /^# (\S+) (.*)$/s.exec(record) ?? [];
      headers.set(name, value);
    } else if (record.startsWith("? ")) untrackedFiles += 1;
    else if (/^[12u] /.test(record)) changedFiles += 1;
    // The name before a renaming is a record of its own.
    if (record.startsWith("2 ")) index += 1;
  }
  const counts = /^\+(\d+) -(\d+)$/.exec(headers.get("branch.ab") ?? "");
  const name = headers.get("branch.upstream");
  return {
    problem: null,
    head: headOf(headers),
    changedFiles,
    untrackedFiles,
    upstream: counts && name !== undefined ? { name, ahead: Number(counts[1]), behind: Number(counts[2]) } : null,
  };
}

function headOf(headers: ReadonlyMap<string, string>): RepositoryHead {
  const name = headers.get("branch.head") ?? "";
  if (name !== "(detached)") return { kind: "branch", name };
  return { kind: "detached", commit: (headers.get("branch.oid") ?? "").slice(0, 10) };
}
