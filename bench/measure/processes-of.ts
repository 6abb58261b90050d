import { readdirSync, readlinkSync } from "node:fs";
import { type ProcessId, processRow, readProc } from "./process-row.ts";

/**
 * Every live process that works in `folder` or has it in its environment: all that a round started, whatever it stamped.
 *
 * @param folder Absolute and real: /proc shows real paths.
 */
export function processesOf(folder: string): readonly ProcessId[] {
  return readdirSync("/proc").flatMap((entry) => {
    const pid = Number(entry);
    if (!Number.isInteger(pid) || pid === process.pid) return [];
    const isOfRound = `${cwdOf(pid)}/`.startsWith(`${folder}/`) || readProc(`${pid}/environ`).includes(folder);
    const row = isOfRound ? processRow(pid) : null;
    return row ? [row] : [];
  });
}

function cwdOf(pid: number): string {
  try {
    return readlinkSync(`/proc/${pid}/cwd`);
  } catch {
    return "";
  }
}
