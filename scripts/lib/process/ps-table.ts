import { parsePs, psArguments, psEnvironment } from "./parse-ps.ts";
import type { ProcessStat } from "./proc-table.ts";

/** The process table as `ps` tells it, for systems without /proc: tens of milliseconds, but nothing waits meanwhile. Start times are in seconds. */
export async function readPsTable(): Promise<ReadonlyMap<number, ProcessStat>> {
  // Loading it takes longer than ps itself, and Linux never needs it.
  const { execa } = await import("execa");
  const { stdout } = await execa("ps", psArguments, { env: psEnvironment, stdin: "ignore", stderr: "ignore" });
  return new Map(parsePs(stdout).map((row) => [row.pid, row]));
}
