import { readFileSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/** Where a log stands among all that its service ever wrote. Offsets into that are called logical: rotation does not change them. */
export interface LogPlace {
  /** Logical offset of the first byte of the file: so many bytes were rotated away. */
  readonly base: number;
  /** A cut that was begun and whose end is not noted; `sizeBefore`: of the file, just before. */
  readonly cut: { readonly sizeBefore: number } | null;
}

const beginning: LogPlace = { base: 0, cut: null };

/** What is kept beside a service's log, in `.groundswell/logs`. */
export function notesOf(stateFolder: string, service: string): { readonly place: string; readonly times: string } {
  const folder = join(stateFolder, "logs");
  return { place: join(folder, `${service}.place`), times: join(folder, `${service}.times`) };
}

/** What cannot be read is as good as missing: then the log was never cut, for all we know. */
export function readLogPlace(file: string): LogPlace {
  try {
    const { base, cut }: Partial<LogPlace> = JSON.parse(readFileSync(file, "utf8"));
    if (!Number.isSafeInteger(base)) return beginning;
    return { base: base ?? 0, cut: Number.isSafeInteger(cut?.sizeBefore) ? (cut ?? null) : null };
  } catch {
    return beginning;
  }
}

/** Whole or not at all, mode 0600. @throws the errno error. */
export function writeLogPlace(file: string, place: LogPlace): void {
  const temporary = `${file}.tmp`;
  try {
    writeFileSync(temporary, `${JSON.stringify(place)}\n`, { mode: 0o600 });
    renameSync(temporary, file);
  } catch (error) {
    rmSync(temporary, { force: true });
    throw error;
  }
}

/** Reads a place again only when it was written again. */
export class WatchedPlace {
  readonly #file: string;
  #stamp = "";
  #place = beginning;

  constructor(file: string) {
    this.#file = file;
  }

  now(): LogPlace {
    const stat = statSync(this.#file, { throwIfNoEntry: false });
    const stamp = stat ? `${stat.ino} ${stat.mtimeMs}` : "";
    if (stamp !== this.#stamp) {
      this.#place = stat ? readLogPlace(this.#file) : beginning;
      this.#stamp = stamp;
    }
    return this.#place;
  }
}
