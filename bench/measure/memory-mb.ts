import { readProc } from "./process-row.ts";

export interface MemoryMb {
  readonly rss: number;
  /** Pages shared with other processes count in parts: what this process really adds. */
  readonly pss: number;
}

export function memoryMb(pid: number): MemoryMb {
  const rollup = readProc(`${pid}/smaps_rollup`);
  const of = (field: string) =>
    Number(new RegExp(`^${field}:\\s+(\\d+) kB`, "m").exec(rollup)?.[1] ?? Number.NaN) / 1024;
  return { rss: of("Rss"), pss: of("Pss") };
}
