import { closeSync, openSync, readFileSync, readdirSync, rmSync, writeSync } from "node:fs";
import { join } from "node:path";
import { errnoOf } from "../diagnostic/errno-of.ts";

/** What names one process for ever. */
interface Process {
  readonly pid: number;
  readonly startTime: string;
  readonly bootId: string;
  readonly pidNs: string;
}

/** A command that was begun and, as far as is known, has not ended. */
export interface UnendedCommand {
  readonly runId: string;
  readonly repository: string;
  /** null: whoever was about to spawn it was killed in that moment, or just before. */
  readonly leader: Process | null;
}

type Entry =
  | { readonly owner: Process }
  | { readonly begun: string; readonly repository: string }
  | { readonly spawned: string; readonly leader: Process }
  | { readonly ended: string };

/**
 * What a process of ours runs in repositories, on disk: should it be killed, its successor ends what is left of it. A command that has ended is
 * struck off, and with it whatever it left behind on purpose, such as a daemon.
 *
 * A line for each change, in `.groundswell/runs/PID-STARTTIME.ndjson`, mode 0600; gone when the process has ended well.
 */
export class CommandJournal {
  readonly #file: string;
  /** null: closed. Its number may be somebody else's by now. */
  #descriptor: number | null;
  readonly #onProblem: (errno: string) => void;
  #hasProblem = false;
  /** The last line ends in the middle: the next must not be taken for its rest. */
  #isTorn = false;

  /**
   * @param folder Must exist.
   * @param onProblem Told once when nothing more can be written (a full disk): what is begun then may outlive a kill -9 of this process.
   * @throws the errno error when the file cannot be made.
   */
  constructor(folder: string, owner: Process, onProblem: (errno: string) => void) {
    this.#file = join(folder, `${owner.pid}-${owner.startTime}.ndjson`);
    this.#onProblem = onProblem;
    this.#descriptor = openSync(this.#file, "w", 0o600);
    this.#write({ owner });
  }

  /** To be called before the spawn. */
  begun(runId: string, repository: string): void {
    this.#write({ begun: runId, repository });
  }

  spawned(runId: string, leader: Process): void {
    this.#write({ spawned: runId, leader });
  }

  ended(runId: string): void {
    this.#write({ ended: runId });
  }

  /** Everything has ended. Nothing is written any more. */
  close(): void {
    if (this.#descriptor === null) return;
    closeSync(this.#descriptor);
    this.#descriptor = null;
    rmSync(this.#file, { force: true });
  }

  #write(entry: Entry): void {
    if (this.#descriptor === null) return;
    const line = Buffer.from(`${this.#isTorn ? "\n" : ""}${JSON.stringify(entry)}\n`);
    let written = 0;
    try {
      // A disk that runs full takes what fits, and says so only the next time.
      while (written < line.length) written += writeSync(this.#descriptor, line, written);
    } catch (error) {
      if (!this.#hasProblem) this.#onProblem(errnoOf(error) || String(error));
      this.#hasProblem = true;
    }
    this.#isTorn = written < line.length && (written > 0 || this.#isTorn);
  }
}

/** Of one that did not end well: what it had not seen the end of. */
export interface AbandonedJournal {
  readonly file: string;
  readonly commands: readonly UnendedCommand[];
}

/** @param isOver Whether the process is surely gone. @returns Nothing where the folder is missing. */
export function abandonedJournals(folder: string, isOver: (owner: Process) => boolean): readonly AbandonedJournal[] {
  return journalsIn(folder).flatMap((file) => {
    const entries = readEntries(file);
    const [first] = entries;
    if (first === undefined || !("owner" in first) || !isOver(first.owner)) return [];
    return [{ file, commands: unended(entries) }];
  });
}

function journalsIn(folder: string): string[] {
  try {
    return readdirSync(folder)
      .filter((name) => /^\d+-\d+\.ndjson$/.test(name))
      .map((name) => join(folder, name));
  } catch (error) {
    if (errnoOf(error) === "ENOENT") return [];
    throw error;
  }
}

/** A line that was cut off by the end of its writer, or by a full disk, is passed over. */
function readEntries(file: string): Entry[] {
  let text: string;
  try {
    text = readFileSync(file, "utf8");
  } catch {
    // Its owner has just ended well, or it is another user's.
    return [];
  }
  return text.split("\n").flatMap((line) => {
    try {
      const entry: Entry | null = JSON.parse(line);
      return typeof entry === "object" && entry !== null ? [entry] : [];
    } catch {
      return [];
    }
  });
}

function unended(entries: readonly Entry[]): readonly UnendedCommand[] {
  const open = new Map<string, UnendedCommand>();
  for (const entry of entries) {
    if ("begun" in entry) open.set(entry.begun, { runId: entry.begun, repository: entry.repository, leader: null });
    else if ("spawned" in entry) {
      const command = open.get(entry.spawned);
      if (command) open.set(entry.spawned, { ...command, leader: entry.leader });
    } else if ("ended" in entry) open.delete(entry.ended);
  }
  return [...open.values()];
}
