import { existsSync } from "node:fs";
import { type ProcessStat, hasProc, readProcFile, readProcess } from "./proc-table.ts";

/**
 * Sees processes as they are started. PIDs are given in ascending order, to processes and threads, and /proc/loadavg tells the last one
 * (proc_loadavg(5)): what is new is found in microseconds, where listing all of /proc takes milliseconds.
 */
export interface Newcomers {
  /** Those that were not returned before. `isQuiet`: no PID has been given since the last call, and all that can be seen has been. */
  readonly next: () => { readonly seen: readonly ProcessStat[]; readonly isQuiet: boolean };
}

/** So many of the PIDs given last may belong to processes that are still being made, and cannot be seen yet. */
const inTheMaking = 32;

/** So many PIDs are remembered that were given, but not seen: of processes that are being made, of threads, of what has ended already. */
const maxUnseen = 256;

/** Begins to watch; a few processes that were there before may be among the first. Without /proc there are never any. */
export function watchNewcomers(): Newcomers {
  let newest = newestPid();
  let unseen = Array.from({ length: inTheMaking }, (_, index) => newest - index).filter((pid) => pid > 0);
  return {
    next() {
      const before = newest;
      newest = newestPid();
      // After the highest PID comes the lowest.
      for (let pid = newest < before ? 1 : before + 1; pid <= newest; pid += 1) unseen.push(pid);
      const seen: ProcessStat[] = [];
      unseen = unseen.slice(-maxUnseen).filter((pid) => {
        const stat = existsSync(`/proc/${pid}`) ? readProcess(pid) : null;
        if (stat !== null) seen.push(stat);
        return stat === null;
      });
      return { seen, isQuiet: seen.length === 0 && newest === before };
    },
  };
}

/** 0 where it is not told. */
function newestPid(): number {
  return hasProc ? Number(readProcFile("/proc/loadavg")?.trim().split(" ")[4] ?? 0) : 0;
}
