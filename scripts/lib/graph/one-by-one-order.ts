import type { ServiceSpec } from "../model/service.ts";
import { sortIntoWaves } from "./sort-into-waves.ts";

/** toposort recurses once for each step of the longest path and overflows the stack at about 8,000. */
const deepestForToposort = 1_000;

/**
 * The order in which services start one by one: toposort's, dependencies first. One file always gives one order.
 * A graph of more than 1,000 waves, too deep for toposort's recursion, gives its waves one after another, which is such an order too.
 *
 * @throws {UserError} As `sortIntoWaves`: toposort's own error would name one node of a cycle only.
 */
export async function oneByOneOrder(services: readonly ServiceSpec[]): Promise<readonly ServiceSpec[]> {
  const waves = sortIntoWaves(services);
  if (waves.length > deepestForToposort) return waves.flatMap((wave) => wave.services);
  const { default: toposort } = await import("toposort");
  const byName = new Map(services.map((service) => [service.name, service]));
  const edges = services.flatMap(({ name, dependsOn }) =>
    dependsOn.filter((edge) => byName.has(edge.service)).map((edge): [string, string] => [edge.service, name]),
  );
  return toposort.array([...byName.keys()], edges).flatMap((name) => byName.get(name) ?? []);
}
