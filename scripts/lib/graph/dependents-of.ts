import type { GraphNode } from "./levels.ts";

/**
 * The named services and all that depend on them, directly or not: what must stop when they stop. Cycles do no harm.
 *
 * @param names Those no service bears are passed over.
 * @returns Names in the order of `services`. O(services + edges).
 */
export function dependentsOf(services: readonly GraphNode[], names: readonly string[]): readonly string[] {
  const dependents = new Map<string, string[]>();
  for (const { name, dependsOn } of services) {
    for (const edge of dependsOn) {
      const known = dependents.get(edge.service);
      if (known) known.push(name);
      else dependents.set(edge.service, [name]);
    }
  }
  const reached = new Set(names);
  // A set's iteration reaches what is added to it on the way.
  for (const name of reached) {
    for (const dependent of dependents.get(name) ?? []) reached.add(dependent);
  }
  return services.map(({ name }) => name).filter((name) => reached.has(name));
}
