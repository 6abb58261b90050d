import { setTimeout as delay } from "node:timers/promises";
import { stampOfFile } from "./has-changed.ts";

/** A handful of files: to look is cheaper than to be told, and works on every file system and with every editor's way of saving. */
const lookMs = 200;

/** Size and time of files; "": it is not there. */
export type Stamps = ReadonlyMap<string, string>;

/** @param known Stamps that stay as they are: what happened to those files since is still to be seen. */
export function stampsOf(files: readonly string[], known: Stamps = new Map()): Stamps {
  return new Map(files.map((file) => [file, known.get(file) ?? stampOfFile(file) ?? ""]));
}

/**
 * Waits until any of the files is another than it was, and has come to rest: half of a file is not worth reading.
 *
 * @returns How they are then; null when the signal is aborted.
 */
export async function untilChanged(before: Stamps, signal: AbortSignal): Promise<Stamps | null> {
  let last = before;
  while (!signal.aborted) {
    await delay(lookMs, undefined, { signal }).catch(() => {});
    const now = stampsOf([...before.keys()]);
    if (!isSame(now, before) && isSame(now, last)) return signal.aborted ? null : now;
    last = now;
  }
  return null;
}

function isSame(one: Stamps, other: Stamps): boolean {
  return [...one].every(([file, stamp]) => other.get(file) === stamp);
}
