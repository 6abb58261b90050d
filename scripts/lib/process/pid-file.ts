import {
  closeSync,
  existsSync,
  lstatSync,
  openSync,
  readFileSync,
  readdirSync,
  renameSync,
  rmSync,
  writeSync,
} from "node:fs";
import { constants } from "node:os";
import { join } from "node:path";
import { errnoOf } from "../diagnostic/errno-of.ts";
import { type ProcessIdentity, currentBootId } from "./identity.ts";

/** What a later process must know to find a service again and to stop it. */
export interface PidRecord extends ProcessIdentity {
  readonly service: string;
  readonly pgid: number;
  readonly runId: string;
  readonly specHash: string;
  /** Milliseconds since the epoch. */
  readonly startedAt: number;
  readonly stopSignal: NodeJS.Signals;
  readonly graceMs: number;
  readonly ports: readonly number[];
  /** At which byte of all it ever logged this run begins: rotation does not change it. */
  readonly logOffset: number;
  /** Sources of regular expressions of argv: processes that may outlive the service. */
  readonly keepAlive: readonly string[];
}

/**
 * Writes `pids/NAME.pid`, mode 0600: whole or not at all.
 *
 * @throws the errno error (ENOSPC, EROFS, EACCES, ENOENT of the folder, …); then nothing of it is left behind, and an older record stands as it was.
 */
export function writePidFile(pidsFolder: string, record: PidRecord): void {
  const temporary = join(pidsFolder, `.${record.service}.pid.tmp`);
  try {
    const descriptor = openNew(temporary);
    try {
      const bytes = Buffer.from(formatPidRecord(record));
      for (let written = 0; written < bytes.length;) written += writeSync(descriptor, bytes, written);
    } finally {
      closeSync(descriptor);
    }
    renameSync(temporary, fileOf(pidsFolder, record.service));
  } catch (error) {
    rmSync(temporary, { force: true });
    throw error;
  }
}

/** What bears the name already was left by a writer that was killed, or planted: it is never written through. */
function openNew(file: string): number {
  try {
    return openSync(file, "wx", 0o600);
  } catch (error) {
    if (errnoOf(error) !== "EEXIST") throw error;
    rmSync(file, { force: true });
    return openSync(file, "wx", 0o600);
  }
}

/** What the folder of PID files holds. Paths are absolute where `pidsFolder` is. */
export interface PidFiles {
  /** In the order of their names, whether or not the process still lives. */
  readonly records: readonly PidRecord[];
  /** Empty, cut off, or not ours: moved aside. `movedTo` is `file` when nothing may be moved. */
  readonly damaged: readonly { readonly file: string; readonly movedTo: string }[];
  /** Services whose record was older than this boot: removed. */
  readonly removedStale: readonly string[];
}

/**
 * Reads every `NAME.pid`. Damaged ones are moved to `NAME.pid.damaged-<n>`, those of an earlier boot are removed; a missing folder is empty.
 *
 * @param options.readOnly Moves and removes nothing; records of an earlier boot are still left out.
 * @throws the errno error when the folder or a file cannot be read: then nobody knows what runs.
 */
export function readPidFiles(pidsFolder: string, options: { readonly readOnly?: boolean } = {}): PidFiles {
  const readOnly = options.readOnly ?? false;
  const records: PidRecord[] = [];
  const damaged: { file: string; movedTo: string }[] = [];
  const removedStale: string[] = [];
  for (const name of namesIn(pidsFolder)) {
    const service = name.slice(0, -".pid".length);
    const file = fileOf(pidsFolder, service);
    const text = readRegularFile(file);
    if (text === "gone") continue;
    const record = text === null ? null : parsePidRecord(service, text);
    if (record === null) {
      damaged.push({ file, movedTo: readOnly ? file : moveAside(file) });
    } else if (record.bootId === currentBootId()) {
      records.push(record);
    } else if (!readOnly) {
      rmSync(file, { force: true });
      removedStale.push(service);
    }
  }
  return { records, damaged, removedStale };
}

/** Removes the record of a service; no error when there is none. */
export function removePidFile(pidsFolder: string, service: string): void {
  rmSync(fileOf(pidsFolder, service), { force: true });
}

function fileOf(pidsFolder: string, service: string): string {
  return join(pidsFolder, `${service}.pid`);
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder)
      .filter((name) => name.endsWith(".pid") && !name.startsWith("."))
      .toSorted();
  } catch (error) {
    if (errnoOf(error) === "ENOENT") return [];
    throw error;
  }
}

/** Its text; null for anything but a plain file of sensible size (a FIFO would block for ever); "gone" when it has vanished meanwhile. */
function readRegularFile(file: string): string | null {
  try {
    const stat = lstatSync(file);
    return stat.isFile() && stat.size <= 1024 * 1024 ? readFileSync(file, "utf8") : null;
  } catch (error) {
    if (errnoOf(error) === "ENOENT") return "gone";
    throw error;
  }
}

function moveAside(file: string): string {
  let number = 1;
  while (existsSync(`${file}.damaged-${number}`)) number += 1;
  renameSync(file, `${file}.damaged-${number}`);
  return `${file}.damaged-${number}`;
}

/** Line 1 is the PID alone, so that `kill $(head -1 pids/web.pid)` works; then `key=value`. Ends with a newline: a cut-off file shows. */
function formatPidRecord(record: PidRecord): string {
  const lines: readonly (readonly [string, string | number])[] = [
    ["format", 1],
    ["start_time", record.startTime],
    ["boot_id", record.bootId],
    ["pid_ns", record.pidNs],
    ["pgid", record.pgid],
    ["run_id", record.runId],
    ["spec_hash", record.specHash],
    ["started_at", record.startedAt],
    ["stop_signal", record.stopSignal],
    ["grace_ms", record.graceMs],
    ["ports", record.ports.join(",")],
    ["log_offset", record.logOffset],
    ["keep_alive", JSON.stringify(record.keepAlive)],
  ];
  return `${record.pid}\n${lines.map(([key, value]) => `${key}=${value}\n`).join("")}`;
}

/** Reads what `formatPidRecord` wrote; unknown keys are left alone. Null when any part is missing or makes no sense. */
function parsePidRecord(service: string, text: string): PidRecord | null {
  if (!text.endsWith("\n")) return null;
  const [first = "", ...lines] = text.slice(0, -1).split("\n");
  const values = new Map(lines.map((line) => [line.slice(0, line.indexOf("=")), line.slice(line.indexOf("=") + 1)]));
  const value = (key: string): string => values.get(key) ?? "";
  const ports = value("ports") === "" ? [] : value("ports").split(",").map(wholeNumber);
  const stopSignal = signalNamed(value("stop_signal"));
  const keepAlive = stringList(value("keep_alive"));
  const record = {
    service,
    pid: wholeNumber(first),
    startTime: value("start_time"),
    bootId: value("boot_id"),
    pidNs: value("pid_ns"),
    pgid: wholeNumber(value("pgid")),
    runId: value("run_id"),
    specHash: value("spec_hash"),
    startedAt: wholeNumber(value("started_at")),
    stopSignal: stopSignal ?? "SIGTERM",
    graceMs: wholeNumber(value("grace_ms")),
    ports,
    logOffset: wholeNumber(value("log_offset")),
    keepAlive: keepAlive ?? [],
  };
  const isWhole =
    values.has("format") &&
    values.has("ports") &&
    values.has("spec_hash") &&
    keepAlive !== null &&
    // A group of 0 or 1 would mean our own group, or every process there is.
    record.pid > 1 &&
    record.pgid > 1 &&
    /^\d+$/.test(record.startTime) &&
    record.bootId !== "" &&
    record.pidNs !== "" &&
    record.runId !== "" &&
    stopSignal !== null &&
    [record.startedAt, record.graceMs, record.logOffset, ...ports].every((number) => number >= 0);
  return isWhole ? record : null;
}

/** -1 for anything but decimal digits. */
function wholeNumber(text: string): number {
  return /^\d{1,15}$/.test(text) ? Number(text) : -1;
}

function stringList(json: string): readonly string[] | null {
  try {
    const value: unknown = JSON.parse(json);
    return Array.isArray(value) && value.every((entry) => typeof entry === "string") ? value : null;
  } catch {
    return null;
  }
}

function signalNamed(name: string): NodeJS.Signals | null {
  const isSignal = (text: string): text is NodeJS.Signals => Object.hasOwn(constants.signals, text);
  return isSignal(name) ? name : null;
}
