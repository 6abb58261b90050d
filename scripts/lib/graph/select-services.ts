import { assertKnownServices } from "../diagnostic/assert-known-services.ts";
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
  assertKnownServices(
    names,
    services.map(({ name }) => name),
  );
  if (names.length === 0) return services;

  const byName = new Map(services.map((service) => [service.name, service]));
  const chosen = new Set(names);
  // A set's iteration reaches what is added to it on the way.
  for (const name of options.dependencies ? chosen : []) {
    for (const edge of byName.get(name)?.dependsOn ?? []) chosen.add(edge.service);
  }
  return services.filter(({ name }) => chosen.has(name));
}
