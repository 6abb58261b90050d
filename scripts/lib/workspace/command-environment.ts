import type { FoundRepository } from "../model/repository.ts";
import { boundaryOf, repositoryEnvironment } from "../repos/repository-environment.ts";

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * The whole environment of a command in each repository: ours, without what would lead git elsewhere; over it what the command says; over that what the
 * repository says.
 *
 * @param ambient Ours. @param own The command's.
 */
export function commandEnvironment(
  ambient: Environment,
  own: Environment = {},
): (repository: FoundRepository) => Environment {
  const common = { ...repositoryEnvironment(ambient), ...own };
  return ({ path, environment }) => ({ ...common, ...boundaryOf(path), ...environment });
}
