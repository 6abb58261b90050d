import { UserError } from "../diagnostic/user-error.ts";
import type { ServiceSpec, Wave } from "../model/service.ts";
import { findGraphProblems } from "./find-graph-problems.ts";
import { levelsOf } from "./levels.ts";
import { placesFromFiles } from "./places-from-files.ts";

/**
 * Sorts services into waves: a service stands in the first wave after all that it depends on.
 *
 * Kahn's algorithm, a level at a time; the order of `services` is kept within a wave, so one file always gives one plan. O(services + edges).
 * An edge with `required: false` to a service that is not there (off by profile) holds nobody back.
 *
 * @param services In the order of `services.yaml`; names are unique.
 * @returns At least one service in every wave; the waves together hold each service once.
 * @throws {UserError} `DEPENDENCY_UNKNOWN` at the name no service bears; `DEPENDENCY_CYCLE` at the edge that closes a circle, naming its members in order.
 * @see A. B. Kahn, "Topological sorting of large networks", CACM 5(11), 1962.
 */
export function sortIntoWaves(services: readonly ServiceSpec[]): readonly Wave[] {
  const names = new Set(services.map(({ name }) => name));
  const isComplete = services.every(({ dependsOn }) =>
    dependsOn.every((edge) => !edge.required || names.has(edge.service)),
  );
  const { level, order } = levelsOf(services);
  if (!isComplete || order.length < services.length) throw problemsOf(services, names);

  const waves: ServiceSpec[][] = [];
  for (const [index, service] of services.entries()) (waves[level[index] ?? 0] ??= []).push(service);
  return waves.map((members, index) => ({ index, services: members }));
}

function problemsOf(services: readonly ServiceSpec[], names: ReadonlySet<string>): Error {
  const withoutAbsent = services.map((service) => ({
    ...service,
    dependsOn: service.dependsOn.filter((edge) => edge.required || names.has(edge.service)),
  }));
  const [first, ...others] = findGraphProblems(withoutAbsent, [], placesFromFiles());
  return first ? new UserError([first, ...others]) : new Error("services cannot be sorted, and no problem was found");
}
