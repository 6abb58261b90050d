import { setTimeout as pause } from "node:timers/promises";
import { killForSure, readProc } from "./process-row.ts";
import { processesOf } from "./processes-of.ts";

/**
 * Kills every process of a folder, until a look finds none.
 *
 * @returns The command line of each that was killed.
 */
export async function killAll(folder: string): Promise<readonly string[]> {
  const killed = new Map<string, string>();
  for (let looks = 0; looks < 100; looks += 1) {
    const left = processesOf(folder);
    if (left.length === 0) break;
    for (const one of left) {
      killed.set(`${one.pid} ${one.startTicks}`, readProc(`${one.pid}/cmdline`).replaceAll("\0", " ").trim());
      killForSure(one);
    }
    await pause(20);
  }
  return [...killed.values()];
}
