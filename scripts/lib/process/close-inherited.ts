import { closeSync, readFileSync, readdirSync } from "node:fs";
import { hasProc } from "./proc-table.ts";

/** Not among node's constants: octal 02000000 on every architecture Linux's node runs on. */
const closeOnExec = 0o2000000;

/**
 * Closes the descriptors this process was given by whoever started it and would pass on to all it starts: a CI's lock on descriptor 200, held
 * by every service, would never be freed. What node opens is marked close-on-exec, which is how the inherited ones are told apart (the lowest, up
 * to 15, it marks itself when it starts: they end with the process that was given them).
 *
 * Call it first thing, before anything of ours is open without the mark. Does nothing on systems without /proc.
 *
 * @param keep Descriptors to leave open; 0, 1 and 2 always are.
 * @returns What was closed.
 */
export function closeInheritedDescriptors(keep: ReadonlySet<number>): readonly number[] {
  if (!hasProc) return [];
  const closed: number[] = [];
  for (const name of readdirSync("/proc/self/fd")) {
    const descriptor = Number(name);
    if (descriptor <= 2 || keep.has(descriptor) || !isInherited(descriptor)) continue;
    closeSync(descriptor);
    closed.push(descriptor);
  }
  return closed;
}

function isInherited(descriptor: number): boolean {
  try {
    const flags = /^flags:\s*([0-7]+)$/m.exec(readFileSync(`/proc/self/fdinfo/${descriptor}`, "utf8"))?.[1];
    return flags !== undefined && (Number.parseInt(flags, 8) & closeOnExec) === 0;
  } catch {
    // The descriptor by which the folder was listed.
    return false;
  }
}
