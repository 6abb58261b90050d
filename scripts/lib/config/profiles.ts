import { didYouMean } from "../diagnostic/nearest-name.ts";
import { exitCodes, makeProblem, UserError } from "../diagnostic/user-error.ts";

/** Says which services are on: those without profiles, those with an active one (`*` is all), and those asked for by name. */
export function profileRule(
  active: readonly string[],
  activate: readonly string[],
): (name: string, profiles: readonly string[]) => boolean {
  const wanted = new Set(active);
  const named = new Set(activate);
  return (name, profiles) =>
    profiles.length === 0 || wanted.has("*") || named.has(name) || profiles.some((profile) => wanted.has(profile));
}

/** @throws {UserError} `PROFILE_UNKNOWN` (exit code 64), one for each active profile that no service names. */
export function checkProfiles(
  active: readonly string[],
  services: readonly { readonly profiles: readonly string[] }[],
): void {
  const known = new Set(services.flatMap(({ profiles }) => profiles));
  const problems = active
    .filter((profile) => profile !== "*" && !known.has(profile))
    .map((profile) =>
      makeProblem("PROFILE_UNKNOWN", `No service has the profile "${profile}"`, {
        hint:
          didYouMean(profile, known) ??
          (known.size === 0 ? "No service has any profile." : `There are: ${[...known].join(", ")}.`),
      }),
    );
  const [first, ...rest] = problems;
  if (first) throw new UserError([first, ...rest], exitCodes.usage);
}
