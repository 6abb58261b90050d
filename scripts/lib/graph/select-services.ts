import { didYouMean } from "../diagnostic/nearest-name.ts";
import { UserError, exitCodes, makeProblem } from "../diagnostic/user-error.ts";
import type { ServiceSpec } from "../model/service.ts";

/**
 * The services a command was asked for.
 *
 * @param names Empty: all of them.
 * @param options `dependencies: true` adds all they depend on, directly or not. `false` gives only them, without the edges that
 *   lead to services left out: who asks for a service alone wants it started without waiting.
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
  if (!options.dependencies) {
    return services
      .filter(({ name }) => chosen.has(name))
      .map((service) => ({ ...service, dependsOn: service.dependsOn.filter((edge) => chosen.has(edge.service)) }));
  }
  // A set's iteration reaches what is added to it on the way.
  for (const name of chosen) {
    for (const edge of byName.get(name)?.dependsOn ?? []) chosen.add(edge.service);
  }
  return services.filter(({ name }) => chosen.has(name));
}

function hintFor(name: string, names: readonly string[]): string {
  return didYouMean(name, names) ?? (names.length === 0 ? "There are no services." : `Services: ${names.join(", ")}`);
}
