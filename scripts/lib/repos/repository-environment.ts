import { existsSync } from "node:fs";
import { dirname, join } from "node:path";

/**
 * Variables that tell git where a repository is (`git rev-parse --local-env-vars`). They are there when we are called from a hook or an alias of
 * git: every repository would then be taken for that one.
 */
const locating = new Set([
  "GIT_ALTERNATE_OBJECT_DIRECTORIES",
  "GIT_COMMON_DIR",
  "GIT_CONFIG",
  "GIT_CONFIG_PARAMETERS",
  "GIT_DIR",
  "GIT_GRAFT_FILE",
  "GIT_IMPLICIT_WORK_TREE",
  "GIT_INDEX_FILE",
  "GIT_INTERNAL_SUPER_PREFIX",
  "GIT_NAMESPACE",
  "GIT_NO_REPLACE_OBJECTS",
  "GIT_OBJECT_DIRECTORY",
  "GIT_PREFIX",
  "GIT_REPLACE_REF_BASE",
  "GIT_SHALLOW_FILE",
  "GIT_WORK_TREE",
]);

type Environment = Readonly<Record<string, string | undefined>>;

/** An environment in which git finds the repository of the folder it is run in. It never asks for a password. */
export function repositoryEnvironment(ambient: Environment): Record<string, string | undefined> {
  const kept = Object.entries(ambient).filter(([name]) => !locating.has(name));
  return { ...Object.fromEntries(kept), GIT_TERMINAL_PROMPT: "0" };
}

/**
 * What a command is told of the folder it is run in: git does not look for a repository above it. Where the one in the folder is damaged so badly that git
 * does not know it for one, `git stash` would else act on whatever lies around it. A folder without a `.git` is another matter.
 */
export function boundaryOf(path: string): { readonly GIT_CEILING_DIRECTORIES?: string } {
  return existsSync(join(path, ".git")) ? { GIT_CEILING_DIRECTORIES: dirname(path) } : {};
}
