import { didYouMean } from "../diagnostic/nearest-name.ts";
import { exitCodes, makeProblem, type Problem, UserError } from "../diagnostic/user-error.ts";

/**
 * Makes sure that every service named on the command line exists.
 *
 * @throws {UserError} `SERVICE_UNKNOWN` for each that does not, all at once.
 */
export function assertKnownNames(asked: readonly string[], known: readonly string[]): void {
  const problems = asked
    .filter((name) => !known.includes(name))
    .map((name): Problem => {
      const hint =
        didYouMean(name, known) ??
        (known.length > 0 ? `Services: ${known.join(", ")}.` : "Nothing was started here yet.");
      return makeProblem("SERVICE_UNKNOWN", `There is no service "${name}"`, { hint });
    });
  const [first, ...more] = problems;
  if (first !== undefined) throw new UserError([first, ...more], exitCodes.usage);
}
