import { setTimeout as pause } from "node:timers/promises";
import { killAll } from "./kill-all.ts";
import { processesOf } from "./processes-of.ts";

/**
 * Kills what a round left, the tool's own daemons included, so that the next engine has the machine for itself.
 *
 * @returns Command lines of what was still there after two seconds in which it might have ended by itself.
 */
export async function sweep(folder: string): Promise<readonly string[]> {
  for (let waits = 0; waits < 40 && processesOf(folder).length > 0; waits += 1) await pause(50);
  return await killAll(folder);
}
