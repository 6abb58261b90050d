import { readFileSync, readlinkSync } from "node:fs";
import { askProgram } from "./ask-program.ts";
import { type ProcessStat, hasProc, isLive, readProcess } from "./proc-table.ts";

/** What tells one process from every other that will ever bear its PID. */
export interface ProcessIdentity {
  readonly pid: number;
  /** /proc/PID/stat field 22, clock ticks since boot. */
  readonly startTime: string;
  readonly bootId: string;
  /** The PID namespace in which `pid` counts (its inode number): ours. */
  readonly pidNs: string;
}

/** The identity of a live process; null when there is none by that PID, or only its remains. */
export function identityOf(pid: number): ProcessIdentity | null {
  const stat = readProcess(pid);
  return stat !== null && isLive(stat) ? identityFrom(stat) : null;
}

/** The identity of a process just read, alive or not. */
export function identityFrom(stat: ProcessStat): ProcessIdentity {
  return { pid: stat.pid, startTime: stat.startTime, bootId: currentBootId(), pidNs: currentPidNamespace() };
}

/** Whether the process still lives: same start time, same boot, same PID namespace. To be asked before every signal. */
export function isSameProcess(identity: ProcessIdentity): boolean {
  if (!isOfThisSystem(identity)) return false;
  const stat = readProcess(identity.pid);
  return isLive(stat) && stat?.startTime === identity.startTime;
}

/** Whether PIDs and start times of this record mean anything here and now. */
export function isOfThisSystem(record: { readonly bootId: string; readonly pidNs: string }): boolean {
  return record.bootId === currentBootId() && record.pidNs === currentPidNamespace();
}

let bootId: string | null = null;

/** Changes with every boot of the machine. Read once. */
export function currentBootId(): string {
  bootId ??= hasProc
    ? readFileSync("/proc/sys/kernel/random/boot_id", "utf8").trim()
    : askProgram("sysctl", ["-n", "kern.boottime"]).replaceAll(/\D+/g, "-");
  return bootId;
}

let pidNamespace: string | null = null;

function currentPidNamespace(): string {
  pidNamespace ??= hasProc ? readlinkSync("/proc/self/ns/pid").replaceAll(/\D/g, "") : "0";
  return pidNamespace;
}
