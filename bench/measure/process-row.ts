import { readFileSync } from "node:fs";

/** PID and start time (clock ticks since boot) name one process for ever. */
export interface ProcessId {
  readonly pid: number;
  readonly startTicks: string;
}

/** The process as /proc shows it; null when it is gone or only a zombie. */
export function processRow(pid: number): ProcessId | null {
  const stat = readProc(`${pid}/stat`);
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  const [state = ""] = fields;
  if (state === "" || "ZXx".includes(state)) return null;
  return { pid, startTicks: fields[19] ?? "" };
}

export function isAlive({ pid, startTicks }: ProcessId): boolean {
  return processRow(pid)?.startTicks === startTicks;
}

/** SIGKILL, if it still is the same process. */
export function killForSure(target: ProcessId): void {
  try {
    if (isAlive(target)) process.kill(target.pid, "SIGKILL");
  } catch {
    // Gone between the look and the signal.
  }
}

/** Empty when the process went away, or is not ours to read. */
export function readProc(file: string): string {
  try {
    return readFileSync(`/proc/${file}`, "latin1");
  } catch {
    return "";
  }
}
