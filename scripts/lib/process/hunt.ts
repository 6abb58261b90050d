import { type ProcessStat, isLive, newestPid, readProcess } from "./proc-table.ts";

/** How long we stay on its heels, without doing anything else, in milliseconds. */
const huntMs = 250;

/** How long nothing of it may be seen until it counts as caught. */
const quietMs = 10;

/**
 * Catches what a look at the process table never finds where it was seen: a program that forks, ends, and goes on in its child, ever so often.
 * Reads nothing but each new process, the moment it is there.
 *
 * @param from The newest PID that has been looked at already.
 * @param onNew Called with each new process at once. True: this is the prey.
 * @returns Whether any was.
 */
export function hunt(from: number, onNew: (stat: ProcessStat) => boolean): boolean {
  const end = performance.now() + huntMs;
  let quietSince = performance.now();
  let hasSeenPrey = false;
  let seen = from;
  for (let now = quietSince; now < end && now < quietSince + quietMs; now = performance.now()) {
    const newest = newestPid();
    // After the highest PID comes the lowest: what is missed in that moment, the next sweep will find.
    for (let pid = newest < seen ? newest : seen + 1; pid <= newest; pid += 1) {
      const stat = readProcess(pid);
      if (stat === null || !isLive(stat) || pid === process.pid || !onNew(stat)) continue;
      hasSeenPrey = true;
      quietSince = performance.now();
    }
    seen = newest;
  }
  return hasSeenPrey;
}
