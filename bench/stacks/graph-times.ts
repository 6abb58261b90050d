import type { Stack } from "./stack.ts";

/** What the graph allows, if processes cost nothing: the longest way through it, its waves one after another, and all one by one. */
export interface GraphTimes {
  readonly criticalPathMs: number;
  readonly wavesMs: number;
  readonly oneByOneMs: number;
}

export function graphTimes({ services }: Stack): GraphTimes {
  const readyAt = new Map<string, number>();
  const waves = wavesOf(services);
  const slowest = new Map<number, number>();
  for (const { name, readyAfterMs, dependsOn } of services) {
    readyAt.set(name, readyAfterMs + Math.max(0, ...dependsOn.map((needed) => readyAt.get(needed) ?? 0)));
    const wave = waves.get(name) ?? 0;
    slowest.set(wave, Math.max(slowest.get(wave) ?? 0, readyAfterMs));
  }
  return {
    criticalPathMs: Math.max(...readyAt.values()),
    wavesMs: sum(slowest.values()),
    oneByOneMs: sum(services.map(({ readyAfterMs }) => readyAfterMs)),
  };
}

/** A service stands one wave behind the last of what it depends on. */
export function wavesOf(services: Stack["services"]): ReadonlyMap<string, number> {
  const waves = new Map<string, number>();
  for (const { name, dependsOn } of services) {
    waves.set(name, Math.max(0, ...dependsOn.map((needed) => 1 + (waves.get(needed) ?? 0))));
  }
  return waves;
}

function sum(numbers: Iterable<number>): number {
  return [...numbers].reduce((total, one) => total + one, 0);
}
