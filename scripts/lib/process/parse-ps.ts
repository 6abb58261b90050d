import { ticksPerSecond, pageSize } from "./system-constants.ts";

/** Arguments for `ps` on systems without /proc; the columns `parsePs` reads. */
export const psArguments = ["-A", "-o", "pid=,ppid=,pgid=,sess=,state=,rss=,time=,lstart="] as const;

/** `lstart` is local time in the user's language unless told otherwise; a start time must read the same tomorrow. */
export const psEnvironment = { LC_ALL: "C", TZ: "UTC" } as const;

/**
 * Reads the output of `ps`. Shape of a row as `ProcessStat`, but `startTime` is in seconds since the epoch (all that ps knows),
 * `session` is 0 where ps prints a pointer (macOS), and the exit code is never known.
 */
export function parsePs(text: string) {
  const rows = [];
  for (const line of text.split("\n")) {
    const [pid, ppid, pgrp, session, state, rss, time, ...lstart] = line.trim().split(/\s+/);
    const startedAt = Date.parse(`${lstart.join(" ")} UTC`);
    if (state === undefined || rss === undefined || time === undefined || Number.isNaN(startedAt)) continue;
    rows.push({
      pid: Number(pid),
      ppid: Number(ppid),
      pgrp: Number(pgrp),
      session: /^\d+$/.test(session ?? "") ? Number(session) : 0,
      state: state.charAt(0),
      startTime: String(startedAt / 1000),
      exitCode: 0,
      cpuTicks: Math.round(secondsOf(time) * ticksPerSecond),
      residentPages: Math.round((Number(rss) * 1024) / pageSize),
      threads: 1,
    });
  }
  return rows;
}

/** `[[days-]hours:]minutes:seconds[.hundredths]`. */
function secondsOf(time: string): number {
  const [days, clock] = time.includes("-") ? time.split("-") : ["0", time];
  return (clock ?? "").split(":").reduce((sum, part) => sum * 60 + Number(part), 0) + Number(days) * 86_400;
}
