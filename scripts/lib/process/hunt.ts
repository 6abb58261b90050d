import type { Newcomers } from "./newcomers.ts";
import { type ProcessStat, isLive } from "./proc-table.ts";

/** How long we stay on its heels, without doing anything else, in milliseconds. */
const huntMs = 100;

/** "unsure": it is about to end, or to become another program. */
export type Verdict = "prey" | "stranger" | "unsure";

/**
 * Catches what a look at the process table never finds where it was seen: a program that forks, ends, and goes on in its child, ever so often. Reads
 * nothing but each new process, the moment it is there.
 *
 * Done once nothing is new. A process that ended before it could be judged has started its successor before, so that one is new; and killing leaves
 * none, since a process about to be killed cannot fork.
 *
 * @param unsure Processes to be judged again.
 * @param judge Called with each new process at once, and again as long as it is unsure.
 */
export function hunt(
  newcomers: Newcomers,
  unsure: readonly ProcessStat[],
  judge: (stat: ProcessStat) => Verdict,
): void {
  const end = performance.now() + huntMs;
  let open = unsure;
  do {
    const { seen, isQuiet } = newcomers.next();
    if (isQuiet && open.length === 0) return;
    open = [...open, ...seen].filter((stat) => isLive(stat) && stat.pid !== process.pid && judge(stat) === "unsure");
  } while (performance.now() < end);
}
