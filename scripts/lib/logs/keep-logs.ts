import { existsSync, mkdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { baseByFiles } from "./inspect-cut.ts";
import { type LogPlace, notesOf, readLogPlace } from "./log-place.ts";
import { appendLogTimes, type LogTime, readLogTimes } from "./log-times.ts";
import { LogTroubles } from "./log-troubles.ts";
import { finishCut, rotateLog, type RotationPoint, waitForStrangers } from "./rotate-log.ts";

/** A service's log as the orchestrator knows it. */
export interface KeptLog {
  readonly name: string;
  /** Absolute. */
  readonly file: string;
  /** Its service is being started: it may be waited for by what it logs. */
  readonly isStarting: boolean;
}

interface LogLimits {
  /** A log of more bytes is rotated; null: never. */
  readonly maxBytes: number | null;
  /** How many rotated files stay; at least 1. */
  readonly keep: number;
}

export interface LogKeeping {
  /** `.groundswell` of the workspace. */
  readonly stateFolder: string;
  /** Where the logs lie. */
  readonly logsFolder: string;
  readonly logs: () => readonly KeptLog[];
  readonly limits: () => LogLimits;
  readonly pauseAt: (point: RotationPoint) => void;
  /** Told once of what does not work, until it does again: a log that cannot be rotated must end nobody. */
  readonly onProblem: (text: string) => void;
}

/** How often logs are looked at: how exactly it is known when a line was written. */
const lookMs = 1_000;

interface Seen {
  inode: number;
  /** When it was last found unchanged. */
  unchangedAt: number;
  lastNote: LogTime | null;
}

/**
 * Looks after the logs of a workspace while its supervisor lives: notes when they grow, and rotates those that have grown too long, one
 * after the other. A look costs a stat for each log.
 */
export class LogKeeper {
  readonly #keeping: LogKeeping;
  /** With a cut: one that could not be brought to its end; its `base` is that of the file all the same. */
  readonly #places = new Map<string, LogPlace>();
  readonly #troubles: LogTroubles;
  readonly #hasRotated = new Set<string>();
  readonly #seen = new Map<string, Seen>();
  readonly #timer: NodeJS.Timeout;
  #rotating: { readonly name: string; readonly done: Promise<void> } | null = null;
  #hasFolder = false;

  constructor(keeping: LogKeeping) {
    this.#keeping = keeping;
    this.#troubles = new LogTroubles((text) => keeping.onProblem(text));
    this.#timer = setInterval(() => this.look(), lookMs).unref();
  }

  /**
   * How many bytes of a service's log were rotated away. A cut that was interrupted is brought to its end first; where that fails, what
   * there is tells how far it came. Never throws: whoever asks has a service to look after, whatever becomes of its log.
   */
  baseOf(name: string): number {
    return this.#placeOf(name).base;
  }

  /** A promise while a log is being rotated: what is asked of its size meanwhile may be wrong. */
  settled(name: string): Promise<void> | null {
    return this.#rotating?.name === name ? this.#rotating.done : null;
  }

  /** Looks at every log: in between times, and once more at the end. */
  look(): void {
    for (const log of this.#keeping.logs()) {
      const what = `look at ${log.name}`;
      try {
        this.#lookAt(log);
        this.#troubles.worked(what);
      } catch (error) {
        this.#troubles.failed(what, `${log.file}: ${String(error)}`);
      }
    }
  }

  /** Resolves when a rotation that is underway has ended. */
  async close(): Promise<void> {
    clearInterval(this.#timer);
    this.look();
    await this.#rotating?.done;
  }

  #lookAt(log: KeptLog): void {
    // Its size is that of nothing.
    if (this.#rotating?.name === log.name) return;
    const stat = statSync(log.file, { throwIfNoEntry: false });
    if (!stat?.isFile()) return;
    this.#makeFolder();
    this.#note(log.name, stat);
    const { maxBytes } = this.#keeping.limits();
    if (maxBytes === null || stat.size <= maxBytes || log.isStarting || this.#rotating) return;
    if (!this.#troubles.isDue(rotationOf(log.name))) return;
    this.#rotating = { name: log.name, done: this.#rotate(log) };
  }

  async #rotate({ name, file }: KeptLog): Promise<void> {
    const { keep } = this.#keeping.limits();
    const placeFile = this.#notes(name).place;
    try {
      const place = await rotateLog({
        log: file,
        placeFile,
        place: this.#settle(name),
        keep,
        mayCut: () => this.#keeping.logs().some((log) => log.name === name && !log.isStarting),
        pauseAt: this.#keeping.pauseAt,
      });
      this.#places.set(name, place);
      this.#troubles.worked(rotationOf(name));
    } catch (error) {
      this.#troubles.failed(rotationOf(name), `${file} could not be rotated: ${String(error)}`);
      // What is on disk tells how far it came.
      this.#places.delete(name);
      this.#hasRotated.add(name);
    } finally {
      this.#rotating = null;
      this.#seen.delete(name);
    }
  }

  #note(
    name: string,
    { size, ino, mtimeMs }: { readonly size: number; readonly ino: number; readonly mtimeMs: number },
  ): void {
    const now = Date.now();
    const { base } = this.#placeOf(name);
    const seen = this.#seen.get(name) ?? this.#firstSight(name, ino);
    this.#seen.set(name, seen);
    const offset = base + size;
    const isOther = seen.inode !== ino || (seen.lastNote !== null && offset < seen.lastNote.offset);
    if (isOther || offset !== seen.lastNote?.offset) {
      const isLongAgo = seen.lastNote !== null && !isOther && seen.unchangedAt > seen.lastNote.at + lookMs;
      const notes: LogTime[] = isLongAgo ? [{ at: seen.unchangedAt, offset: seen.lastNote?.offset ?? 0 }] : [];
      // Another file, or one that was cut off: what was noted of the old one is not true of it.
      if (isOther) notes.push({ at: now, offset: base });
      // The kernel's stamp may lie some milliseconds before the look that did not see the write.
      const lastAt = notes.at(-1)?.at ?? seen.lastNote?.at ?? 0;
      notes.push({ at: Math.min(now, Math.max(lastAt, Math.ceil(mtimeMs))), offset });
      appendLogTimes(this.#notes(name).times, notes);
      seen.lastNote = notes.at(-1) ?? null;
      seen.inode = ino;
    }
    seen.unchangedAt = now;
  }

  #firstSight(name: string, inode: number): Seen {
    const lastNote = readLogTimes(this.#notes(name).times).at(-1) ?? null;
    return { inode, unchangedAt: 0, lastNote };
  }

  #placeOf(name: string): LogPlace {
    const known = this.#places.get(name);
    const what = `end of the cut of ${name}`;
    if (known && (known.cut === null || !this.#troubles.isDue(what))) return known;
    try {
      const place = this.#settle(name);
      this.#troubles.worked(what);
      return place;
    } catch (error) {
      const log = this.#logOf(name);
      this.#troubles.failed(
        what,
        `${log}: its rotation was interrupted, and cannot be brought to an end: ${String(error)}`,
      );
      const place = this.#placeOnDisk(name);
      const seen = { ...place, base: baseSeen(log, place) };
      this.#places.set(name, seen);
      return seen;
    }
  }

  /** Brings a cut that was interrupted to its end. @throws the errno error of what could not be written. */
  #settle(name: string): LogPlace {
    const known = this.#places.get(name);
    if (known && known.cut === null) return known;
    const { place: placeFile } = this.#notes(name);
    const place = this.#placeOnDisk(name);
    // What we have begun ourselves has ended when we come here.
    if (place.cut !== null && !this.#hasRotated.has(name)) waitForStrangers(placeFile);
    const settled = finishCut({ log: this.#logOf(name), placeFile, place, keep: this.#keeping.limits().keep });
    this.#places.set(name, settled);
    return settled;
  }

  #placeOnDisk(name: string): LogPlace {
    const { place } = this.#notes(name);
    return existsSync(place) ? readLogPlace(place) : { base: 0, cut: null };
  }

  #logOf(name: string): string {
    return join(this.#keeping.logsFolder, `${name}.log`);
  }

  /** For notes. */
  #makeFolder(): void {
    if (this.#hasFolder) return;
    mkdirSync(join(this.#keeping.stateFolder, "logs"), { recursive: true, mode: 0o700 });
    this.#hasFolder = true;
  }

  #notes(name: string): ReturnType<typeof notesOf> {
    return notesOf(this.#keeping.stateFolder, name);
  }
}

function rotationOf(name: string): string {
  return `rotation of ${name}`;
}

/** Of a copy that cannot be read, nothing is known. */
function baseSeen(log: string, place: LogPlace): number {
  try {
    return baseByFiles(log, place);
  } catch {
    return place.base;
  }
}
