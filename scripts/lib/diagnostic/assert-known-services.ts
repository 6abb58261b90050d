import { didYouMean } from "./nearest-name.ts";
import { exitCodes, makeProblem, UserError } from "./user-error.ts";

/**
 * Makes sure that every service a user named exists.
 *
 * @param known Names of the services there are.
 * @throws {UserError} `SERVICE_UNKNOWN` for each name no service bears, all at once (exit code 64).
 */
export function assertKnownServices(asked: readonly string[], known: readonly string[]): void {
  const problems = [...new Set(asked)]
    .filter((name) => !known.includes(name))
    .map((name) => makeProblem("SERVICE_UNKNOWN", `No service is named "${name}"`, { hint: hintFor(name, known) }));
  const [first, ...more] = problems;
  if (first !== undefined) throw new UserError([first, ...more], exitCodes.usage);
}

function hintFor(name: string, known: readonly string[]): string {
  return (
    didYouMean(name, known) ??
    (known.length === 0 ? "There are no services here, or none was started yet." : `Services: ${known.join(", ")}.`)
  );
}
