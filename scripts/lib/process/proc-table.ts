import { existsSync, readFileSync, readdirSync } from "node:fs";
import { errnoOf } from "../diagnostic/errno-of.ts";
import { askProgram } from "./ask-program.ts";
import { foundNothing } from "./found-nothing.ts";
import { parsePs, psArguments, psEnvironment } from "./parse-ps.ts";

/** Whether this system has Linux's /proc; without it `ps` is asked, which is slower and knows less. */
export const hasProc = existsSync("/proc/self/stat");

/** One process at one moment, as /proc/PID/stat tells it. */
export interface ProcessStat {
  readonly pid: number;
  readonly ppid: number;
  readonly pgrp: number;
  readonly session: number;
  /** One letter: R, S, D, T, t, Z, X, … */
  readonly state: string;
  /** Decimal digits: clock ticks since boot. With the PID and the boot id it names one process for ever. */
  readonly startTime: string;
  /** Of a zombie: its status as wait(2) tells it (low 7 bits: the signal that ended it; else the exit code times 256). 0 while it lives, and where we may not know. */
  readonly exitCode: number;
  /** User and system time, its own and that of the children it has waited for. */
  readonly cpuTicks: number;
  readonly residentPages: number;
  /** A zombie with more than one thread still runs: only its main thread has ended. */
  readonly threads: number;
}

/**
 * Reads one process. Synchronous: 5 µs.
 *
 * @returns null when there is none, or when it is hidden from us (hidepid). @throws when descriptors or memory run out: then nothing is known, and "dead" would be a lie.
 */
export function readProcess(pid: number): ProcessStat | null {
  if (!hasProc) return readPs(["-p", String(pid), ...psArguments.slice(1)]).get(pid) ?? null;
  const text = readProcFile(`/proc/${pid}/stat`);
  return text === null ? null : parseStat(text);
}

/** Reads every process we can see, by PID. Synchronous: a few milliseconds, in which processes come and go (see `takeCensus`). */
export function readProcessTable(): ReadonlyMap<number, ProcessStat> {
  if (!hasProc) return readPs(psArguments);
  const table = new Map<number, ProcessStat>();
  for (const name of readdirSync("/proc")) {
    const first = name.charCodeAt(0);
    if (first < 48 || first > 57) continue;
    const stat = readProcess(Number(name));
    if (stat !== null) table.set(stat.pid, stat);
  }
  return table;
}

/** Whether it can still run: neither a zombie (unless threads of it go on) nor dead. */
export function isLive(stat: ProcessStat | null): boolean {
  if (stat === null) return false;
  if (stat.state === "Z") return stat.threads > 1;
  return stat.state !== "X" && stat.state !== "x";
}

/** Whether a process seen before is alive, and still the same. */
export function isStillAlive(pid: number, startTime: string): boolean {
  const stat = readProcess(pid);
  return stat?.startTime === startTime && isLive(stat);
}

/** The arguments of a process as they stand in its memory; null when there are none to read (kernel thread, zombie, gone). */
export function argvOf(pid: number): readonly string[] | null {
  if (!hasProc) return readPsArguments(pid);
  const argv = readProcFile(`/proc/${pid}/cmdline`)?.replace(/\0+$/, "") ?? "";
  return argv === "" ? null : argv.split("\0");
}

/** The arguments joined by blanks, for people: at most 200 characters, and nothing in it that could steer a terminal. Null as in `argvOf`. */
export function commandLineOf(pid: number): string | null {
  const argv = argvOf(pid);
  if (argv === null) return null;
  const line = argv.join(" ").replaceAll(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, escaped);
  return line.length > 200 ? `${line.slice(0, 199)}…` : line;
}

function escaped(character: string): string {
  return `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`;
}

/**
 * comm, in parentheses, may hold anything, ") R 1" included; what follows the last one is numbers. See proc_pid_stat(5).
 *
 * @returns null for a thread, which can be asked for by its number as if it were a process: only a thread has no signal for its parent (field 38).
 */
export function parseStat(text: string): ProcessStat | null {
  // From field 3 on.
  const fields = text.slice(text.lastIndexOf(")") + 2).split(" ");
  const startTime = fields[19];
  if (startTime === undefined || fields[35] === "-1") return null;
  return {
    pid: Number.parseInt(text, 10),
    ppid: Number(fields[1]),
    pgrp: Number(fields[2]),
    session: Number(fields[3]),
    state: fields[0] ?? "X",
    startTime,
    exitCode: Number(fields[49] ?? 0),
    cpuTicks: Number(fields[11]) + Number(fields[12]) + Number(fields[13]) + Number(fields[14]),
    residentPages: Number(fields[21]),
    threads: Number(fields[17]),
  };
}

/** A file of /proc, null when the process is gone or not ours to read. */
export function readProcFile(path: string): string | null {
  try {
    return readFileSync(path, "utf8");
  } catch (error) {
    if (isAboutTheProcess(error)) return null;
    throw error;
  }
}

/** Whether an error of /proc speaks of the process asked for (gone, or another user's), not of us (no descriptors left). */
export function isAboutTheProcess(error: unknown): boolean {
  return ["ENOENT", "ESRCH", "EACCES", "EPERM", "EINVAL"].includes(errnoOf(error));
}

function readPs(args: readonly string[]): ReadonlyMap<number, ProcessStat> {
  const text = runPs(args);
  return new Map(parsePs(text).map((row) => [row.pid, row]));
}

function readPsArguments(pid: number): readonly string[] | null {
  const text = runPs(["-p", String(pid), "-o", "args="]).trim();
  return text === "" ? null : text.split(" ");
}

/** ps exits 1 when it found none: no failure. */
function runPs(args: readonly string[]): string {
  try {
    return askProgram("ps", args, psEnvironment);
  } catch (error) {
    if (foundNothing(error)) return "";
    throw error;
  }
}
