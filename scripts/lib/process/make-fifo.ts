import { execFile } from "node:child_process";
import { promises } from "node:fs";
import { promisify } from "node:util";

/**
 * Makes a FIFO of mode 0600 (node has no call for it, the program `mkfifo` does). One that is there already is kept.
 *
 * @throws when it cannot be made, or when something else bears the name.
 */
export async function makeFifo(path: string): Promise<void> {
  const existing = await promises.lstat(path).catch(() => null);
  if (existing?.isFIFO() === true) return;
  await promisify(execFile)("mkfifo", ["-m", "600", path]);
}
