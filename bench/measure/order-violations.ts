import type { BenchService } from "../stacks/stack.ts";
import type { Stamp } from "./stamps.ts";

/** Services that began before something they need was ready: "web before db". */
export function orderViolations(services: readonly BenchService[], stamps: readonly Stamp[]): readonly string[] {
  const first = (event: string) =>
    new Map(stamps.toReversed().flatMap((stamp) => (stamp.event === event ? [[stamp.name, stamp.ns] as const] : [])));
  const [started, ready] = [first("start"), first("ready")];
  return services.flatMap(({ name, dependsOn }) => {
    const begin = started.get(name);
    if (begin === undefined) return [];
    return dependsOn
      .filter((needed) => !isBefore(ready.get(needed), begin))
      .map((needed) => `${name} before ${needed}`);
  });
}

function isBefore(ready: bigint | undefined, begin: bigint): boolean {
  return ready !== undefined && ready <= begin;
}
