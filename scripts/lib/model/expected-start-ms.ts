import type { StartStrategy } from "./event.ts";

/** What of a plan decides how long a start takes. */
export interface PlannedOrder {
  readonly strategy: StartStrategy;
  /** Names by wave; a service stands in a later wave than all it waits for. */
  readonly waves: readonly (readonly string[])[];
  readonly waitsFor: Readonly<Record<string, readonly string[]>>;
}

/**
 * How long it takes until all of a plan is ready: the longest path, with a barrier after each wave, or after each service, where the strategy has
 * one.
 *
 * @param durationOf What a service takes, or still takes, in milliseconds; null: nobody knows.
 * @returns null when nobody knows it of one of them.
 */
export function expectedStartMs(
  { strategy, waves, waitsFor }: PlannedOrder,
  durationOf: (name: string) => number | null,
): number | null {
  const ends = new Map<string, number>();
  let end = 0;
  for (const wave of waves) {
    const waveBegins = end;
    for (const name of wave) {
      const duration = durationOf(name);
      if (duration === null) return null;
      const barrier = { eager: 0, waves: waveBegins, "one-by-one": end }[strategy];
      const begins = Math.max(barrier, ...(waitsFor[name] ?? []).map((other) => ends.get(other) ?? 0));
      ends.set(name, begins + duration);
      end = Math.max(end, begins + duration);
    }
  }
  return end;
}
