import type { ServiceSpec } from "../model/service.ts";
import { levelsOf } from "./levels.ts";

/**
 * The longest path through the graph: no start can be faster, however much runs in parallel.
 * A dependency of condition `started` costs its dependent nothing: it need not be ready.
 *
 * @param startupMs From spawn to ready, by name; a service that is missing counts 0.
 * @returns Milliseconds; 0 without services. Services on a cycle are left out.
 */
export function criticalPathMs(services: readonly ServiceSpec[], startupMs: ReadonlyMap<string, number>): number {
  const earliest = new Map<string, number>();
  let longest = 0;
  for (const index of levelsOf(services).order) {
    const service = services[index];
    if (!service) continue;
    let begin = 0;
    for (const edge of service.dependsOn) {
      const held = edge.condition === "started" ? 0 : (startupMs.get(edge.service) ?? 0);
      begin = Math.max(begin, (earliest.get(edge.service) ?? 0) + held);
    }
    earliest.set(service.name, begin);
    longest = Math.max(longest, begin + (startupMs.get(service.name) ?? 0));
  }
  return longest;
}
