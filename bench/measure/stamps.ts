import { readFileSync } from "node:fs";
import type { ProcessId } from "./process-row.ts";

/** What a program of the bench said about itself. */
export interface Stamp extends ProcessId {
  readonly name: string;
  /** start, grandchild, ready, term or exit; of a chatter begin and end, too. */
  readonly event: string;
  /** CLOCK_MONOTONIC, as `process.hrtime.bigint()` of the bench. */
  readonly ns: bigint;
}

export function readStamps(file: string): readonly Stamp[] {
  return linesOf(file).map((line) => {
    const [name = "", event = "", ns = "0", pid = "0", startTicks = ""] = line.split(" ");
    return { name, event, ns: BigInt(ns), pid: Number(pid), startTicks };
  });
}

/** How many services have said so. */
export function countEvents(file: string, event: string): number {
  return linesOf(file).filter((line) => line.includes(` ${event} `)).length;
}

/** Nobody has stamped yet: no file yet. */
function linesOf(file: string): readonly string[] {
  try {
    return readFileSync(file, "utf8").split("\n").filter(Boolean);
  } catch {
    return [];
  }
}
