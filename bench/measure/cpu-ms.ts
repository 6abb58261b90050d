import { readdirSync } from "node:fs";
import { readProc } from "./process-row.ts";

/** CPU time of a process with all its threads so far, in ms: the scheduler's own nanoseconds, where /proc/PID/stat would count in steps of 10 ms. */
export function cpuMs(pid: number): number {
  let sum = 0;
  for (const task of tasksOf(pid)) sum += Number(readProc(`${pid}/task/${task}/schedstat`).split(" ")[0] ?? 0);
  return sum / 1e6;
}

function tasksOf(pid: number): readonly string[] {
  try {
    return readdirSync(`/proc/${pid}/task`);
  } catch {
    return [];
  }
}
