import { availableParallelism } from "node:os";
import type { FoundRepository, Repository } from "../model/repository.ts";
import type { RepositoryState } from "../model/repository-state.ts";
import type { Ask } from "../repos/ask.ts";
import { readGit } from "../repos/read-git.ts";
import { readJj } from "../repos/read-jj.ts";

/** What is needed to look into repositories. */
export interface Looking {
  readonly ask: Ask;
  /** The environment git and jj are asked in. */
  readonly ambient: Readonly<Record<string, string | undefined>>;
}

/** Reads how repositories stand, some at a time. Lost ones are passed over. */
export async function readStates(
  repositories: readonly Repository[],
  { ask, ambient }: Looking,
): Promise<ReadonlyMap<Repository, RepositoryState>> {
  const states = await eachFound(repositories, ({ kind, path }) =>
    kind === "git" ? readGit(path, ask, ambient) : readJj(path, ask, ambient),
  );
  return states;
}

/** Asks something of every repository that was found, with a worker for each core and some more, since they wait for the disk too. */
export async function eachFound<T>(
  repositories: readonly Repository[],
  look: (repository: FoundRepository) => Promise<T>,
): Promise<ReadonlyMap<Repository, T>> {
  const found = repositories.filter((repository) => repository.problem === null);
  const answers = new Map<Repository, T>();
  const queue = found.values();
  const worker = async (): Promise<void> => {
    for (const repository of queue) answers.set(repository, await look(repository));
  };
  const workers = Math.min(found.length, availableParallelism() + 4);
  await Promise.all(Array.from({ length: workers }, worker));
  return answers;
}
