import type { DatabaseSync } from "node:sqlite";

/** A lock this process holds until it releases it or ends, however it ends. */
export interface Lock {
  /** Gives it back; a second call does nothing. */
  readonly release: () => void;
}

/** Keeps the connections from being collected as garbage, which would free the lock. */
const held = new Set<DatabaseSync>();

/**
 * Takes a lock for life: an exclusive transaction of SQLite that is never ended. The kernel frees it when the process dies, kill -9 included.
 *
 * Nobody may open the file by other means in this process: closing such a descriptor drops the lock (POSIX record locks are like that).
 *
 * @param file Created when missing; its folder must exist.
 * @returns null when it is held already, by another process or by this one. @throws when the file cannot be used as a lock.
 */
export async function takeLock(file: string): Promise<Lock | null> {
  const { DatabaseSync } = loadSqlite();
  const database = new DatabaseSync(file, { timeout: 0 });
  try {
    // No journal file: nothing is ever written, and a disk that is full must not keep anybody from stopping.
    database.exec("PRAGMA journal_mode = MEMORY; BEGIN EXCLUSIVE");
  } catch (error) {
    database.close();
    if (isBusy(error)) return null;
    throw error;
  }
  held.add(database);
  return {
    release() {
      if (held.delete(database)) database.close();
    },
  };
}

/** SQLITE_BUSY is 5; extended codes carry it in their low byte. */
function isBusy(error: unknown): boolean {
  const code = typeof error === "object" && error !== null && "errcode" in error ? error.errcode : null;
  return typeof code === "number" && (code & 0xff) === 5;
}

/** Loads it without node's warning that SQLite is experimental (node 22), which would stand in the user's terminal. */
function loadSqlite(): typeof import("node:sqlite") {
  const emitWarning = Object.getOwnPropertyDescriptor(process, "emitWarning");
  // Loading is synchronous: no other warning can come in between.
  process.emitWarning = () => {};
  try {
    return process.getBuiltinModule("node:sqlite");
  } finally {
    if (emitWarning !== undefined) Object.defineProperty(process, "emitWarning", emitWarning);
  }
}
