import type { Repository } from "../model/repository.ts";
import { countWords } from "./list-words.ts";
import { inaccessibleWords } from "./result-words.ts";
import { typedCommand } from "./typed-command.ts";

/** `--dry-run`: what would be run where, a line each, as it would be typed. */
export function dryRunText(
  commands: readonly { readonly repository: Repository; readonly argv: readonly string[] }[],
  cwd: string,
): string {
  return commands
    .map(({ repository, argv }) =>
      repository.problem === null
        ? `${typedCommand(repository.path, argv, cwd)}\n`
        : `# ${inaccessibleWords(repository, repository.problem)}\n`,
    )
    .join("");
}

/** Above it: "Would run in 12 repositories, 10 at a time:". */
export function dryRunHeading(repositories: number, workers: number): string {
  const pace = workers === 1 ? "one by one" : `${workers} at a time`;
  return `Would run in ${countWords(repositories, "repository", "repositories")}, ${pace}:\n`;
}
