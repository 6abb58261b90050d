import { lastLines } from "../logs/last-lines.ts";
import type { Evidence } from "../model/service-state.ts";
import { indexTable } from "../process/census.ts";
import { listeningPortsOf, readListeners } from "../process/ports.ts";
import { readProcessTable } from "../process/proc-table.ts";
import { treeUsage } from "../process/tree-usage.ts";
import type { ServiceRun } from "./service-run.ts";
import type { World } from "./world.ts";

/** How many lines of the log a failure shows. */
const tailLength = 20;

/** What is seen of a service that does not become ready. Call it while its process still lives, for the ports. */
export async function gatherEvidence(run: ServiceRun, attempts: number): Promise<Evidence> {
  const members = run.record ? treeUsage(run.record.pid, run.record.pgid, indexTable(readProcessTable())).pids : [];
  return {
    attempts,
    lastProbe: run.lastProbe && !run.lastProbe.ok ? run.lastProbe.message : null,
    listening: members.length > 0 ? listeningPortsOf(members, await readListeners()) : [],
  };
}

/** Shows the last lines of this run's log beside a failure. */
export async function diagnose(run: ServiceRun, world: World): Promise<void> {
  await world.logs.settled(run.name);
  const logTail = await lastLines(run.logFile, tailLength, run.logOffset - world.logs.baseOf(run.name)).catch(() => []);
  world.emit({ type: "service-diagnosed", at: Date.now(), service: run.name, log: run.logFile, logTail });
}
