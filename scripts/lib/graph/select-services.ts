import { didYouMean } from "../diagnostic/nearest-name.ts";
import { UserError, exitCodes, makeProblem } from "../diagnostic/user-error.ts";
import type { ServiceSpec } from "../model/service.ts";

/**
 * The services a command was asked for.
 *
 * @param names Empty: all of them.
 * @param options `dependencies: true` adds all they depend on, directly or not; `false` gives only them.
 * @returns In the order of `services`.
 * @throws {UserError} `SERVICE_UNKNOWN` for every name no service bears (exit code 64).
 */
export function selectServices(
  services: readonly ServiceSpec[],
  names: readonly string[],
  options: { readonly dependencies: boolean },
): readonly ServiceSpec[] {
  const byName = new Map(services.map((service) => [service.name, service]));
  const [unknown, ...others] = [...new Set(names)]
    .filter((name) => !byName.has(name))
    .map((name) =>
      makeProblem("SERVICE_UNKNOWN", `No service is named "${name}"`, { hint: hintFor(name, [...byName.keys()]) }),
    );
  if (unknown) throw new UserError([unknown, ...others], exitCodes.usage);
  if (names.length === 0) return services;

  const chosen = new Set(names);
  // A set's iteration reaches what is added to it on the way.
  for (const name of options.dependencies ? chosen : []) {
    for (const edge of byName.get(name)?.dependsOn ?? []) chosen.add(edge.service);
  }
  return services.filter(({ name }) => chosen.has(name));
}

function hintFor(name: string, names: readonly string[]): string {
  return didYouMean(name, names) ?? (names.length === 0 ? "There are no services." : `Services: ${names.join(", ")}`);
}
