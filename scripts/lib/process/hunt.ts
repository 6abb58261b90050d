import type { Newcomers } from "./newcomers.ts";
import { type ProcessStat, isLive } from "./proc-table.ts";

/** How long we stay on its heels, without doing anything else, in milliseconds. */
const huntMs = 250;

/** How long nothing of it may be seen until it counts as caught, or as never having been there. */
const quietMs = 10;

/**
 * Catches what a look at the process table never finds where it was seen: a program that forks, ends, and goes on in its child, ever so often. Reads
 * nothing but each new process, the moment it is there.
 *
 * @param onNew Called with each new process at once. True: this is the prey.
 */
export function hunt(newcomers: Newcomers, onNew: (stat: ProcessStat) => boolean): void {
  const startedAt = performance.now();
  let quietSince = startedAt;
  for (let now = startedAt; now < startedAt + huntMs && now < quietSince + quietMs; now = performance.now()) {
    for (const stat of newcomers.next().seen) {
      if (isLive(stat) && stat.pid !== process.pid && onNew(stat)) quietSince = performance.now();
    }
  }
}
