import { readdirSync, readFileSync, readlinkSync } from "node:fs";

/** The rig reads /proc itself: a census taken with the product's own code would share the product's mistakes. */
export interface Census {
  readonly pid: number;
  /** Clock ticks since boot: with the PID, names one process for ever. */
  readonly startTime: string;
}

export interface SeenProcess extends Census {
  readonly ppid: number;
  readonly session: number;
  readonly command: string;
}

/** The process's row, null when it is gone or only a zombie. */
export function look(pid: number): (Census & { state: string; ppid: number; group: number; session: number }) | null {
  const stat = tryRead(() => readFileSync(`/proc/${pid}/stat`, "latin1"));
  if (stat === null) return null;
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  const [state = "Z", ppid = "0", group = "0", session = "0"] = fields;
  if ("ZXx".includes(state)) return null;
  return {
    pid,
    startTime: fields[19] ?? "",
    state,
    ppid: Number(ppid),
    group: Number(group),
    session: Number(session),
  };
}

export function isAlive({ pid, startTime }: Census): boolean {
  return look(pid)?.startTime === startTime;
}

/** Every live process that has `socket` in its environment or works in `root` or below it, but not this one. */
export function processesOf(root: string, socket: string): readonly SeenProcess[] {
  const found: SeenProcess[] = [];
  for (const entry of readdirSync("/proc")) {
    const pid = Number(entry);
    if (!Number.isInteger(pid) || pid === process.pid) continue;
    const cwd = tryRead(() => readlinkSync(`/proc/${pid}/cwd`)) ?? "";
    const environ = tryRead(() => readFileSync(`/proc/${pid}/environ`, "latin1")) ?? "";
    const isOurs = cwd === root || cwd.startsWith(`${root}/`) || environ.includes(`RIG_SOCKET=${socket}\0`);
    const row = isOurs ? look(pid) : null;
    if (row) found.push({ ...row, command: commandLine(pid) });
  }
  return found;
}

function commandLine(pid: number): string {
  return (tryRead(() => readFileSync(`/proc/${pid}/cmdline`, "utf8")) ?? "").replaceAll("\0", " ").trim();
}

/** SIGKILL, if it still is the same process. */
export function killForSure(target: Census): void {
  if (isAlive(target)) tryRead(() => process.kill(target.pid, "SIGKILL"));
}

/** null when the process went away while we looked, or is not ours to read. */
function tryRead<T>(read: () => T): T | null {
  try {
    return read();
  } catch {
    return null;
  }
}
