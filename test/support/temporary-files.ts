import { watch } from "node:fs";

/** Temporary files of a folder. Disposing of it ends the watch. */
export interface TemporaryFiles extends Disposable {
  /** Names of those that came or went since the watch began; the kernel tells of each, however short it was there. */
  readonly seen: () => readonly string[];
}

/** Watches for `*.tmp` in a folder, not below it. */
export function temporaryFiles(folder: string): TemporaryFiles {
  const seen: string[] = [];
  const watcher = watch(folder, (_change, name) => {
    if (name?.endsWith(".tmp")) seen.push(name);
  });
  return { seen: () => seen, [Symbol.dispose]: () => watcher.close() };
}
