import { realpathSync } from "node:fs";
import { resolve } from "node:path";
import { didYouMean } from "../diagnostic/nearest-name.ts";
import { exitCodes, makeProblem, UserError } from "../diagnostic/user-error.ts";
import type { Repository } from "../model/repository.ts";

/**
 * The repositories that a list names: a name or a path a line, the path from the workspace's root or from the current folder. Blank lines and lines
 * that begin with # are passed over.
 *
 * @throws {UserError} `REPOSITORY_UNKNOWN` for each line that names none, all at once (exit code 64).
 */
export function enumeratedRepositories(
  list: string,
  repositories: readonly Repository[],
  cwd: string,
): ReadonlySet<Repository> {
  const byName = new Map(repositories.map((repository) => [repository.name, repository]));
  const byRel = new Map(repositories.map((repository) => [repository.rel, repository]));
  const byPath = new Map(repositories.map((repository) => [repository.path, repository]));
  const found = (line: string): Repository | undefined =>
    byName.get(line) ??
    byRel.get(trimmedPath(line)) ??
    byPath.get(resolve(cwd, line)) ??
    byPath.get(realPath(cwd, line));

  const lines = list
    .replace(/^\uFEFF/, "")
    .split("\n")
    .map((line) => line.replace(/\r$/, ""));
  const asked = lines.filter((line) => line.trim() !== "" && !line.trimStart().startsWith("#"));
  const unknown = [...new Set(asked)].filter((line) => (found(line) ?? found(line.trim())) === undefined);
  const [first, ...more] = unknown.map((line) =>
    makeProblem("REPOSITORY_UNKNOWN", `--repos-from: no repository has the name or path ${JSON.stringify(line)}`, {
      hint: didYouMean(line.trim(), byName.keys()),
    }),
  );
  if (first) throw new UserError([first, ...more], exitCodes.usage);
  return new Set(asked.flatMap((line) => found(line) ?? found(line.trim()) ?? []));
}

function trimmedPath(path: string): string {
  return path.replace(/^(?:\.\/)+/, "").replace(/\/+$/, "") || ".";
}

function realPath(cwd: string, line: string): string {
  try {
    return realpathSync(resolve(cwd, line));
  } catch {
    return "";
  }
}
