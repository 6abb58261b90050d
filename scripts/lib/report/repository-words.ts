import type { RepositoryProblem } from "../model/repository.ts";

const words: Readonly<Record<RepositoryProblem["kind"], string>> = {
  missing: "there is no such folder",
  "not-a-folder": "it is no folder",
  "not-a-repository": "it is no repository: it has neither .git nor .jj",
  "no-permission": "it may not be entered",
};

/** Why a repository cannot be worked in, or looked into. Not yet made visible. */
export function repositoryProblemWords(problem: RepositoryProblem | string): string {
  return typeof problem === "string" ? problem : words[problem.kind];
}
