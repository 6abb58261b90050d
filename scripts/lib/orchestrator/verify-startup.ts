import type { FailureReason } from "../model/service-state.ts";
import { isSameProcess } from "../process/identity.ts";
import { indexTable } from "../process/census.ts";
import { holdersOf, type Listener, portsHeldBy, readListeners } from "../process/ports.ts";
import { readProcessTable } from "../process/proc-table.ts";
import { treeUsage } from "../process/tree-usage.ts";
import { endProcess } from "./end-process.ts";
import { diagnose, gatherEvidence } from "./evidence.ts";
import { probeNow } from "./probe-now.ts";
import type { ServiceRun } from "./service-run.ts";
import type { World } from "./world.ts";

const freshMs = 250;

type Finding = Extract<FailureReason, { kind: "verification" }>;

/** After the last wave, every ready service once more: alive, healthy, its declared ports held by its own tree. What fails is ended. */
export async function verifyStartup(runs: readonly ServiceRun[], world: World): Promise<void> {
  world.pauseAt("verifying");
  const ready = runs.filter((run) => run.state.phase === "ready" && !isForItsPolicy(run));
  const ports = await portFindings(ready);
  await Promise.all(
    ready.map(async (run) => {
      const finding = ports.get(run.name) ?? (await lifeFinding(run, world));
      if (finding !== null && run.state.phase === "ready" && !isForItsPolicy(run)) await reject(run, world, finding);
    }),
  );
}

/** One that has died just now is restarted by its policy, if it has one. */
function isForItsPolicy({ record, spec }: ServiceRun): boolean {
  return spec.restart.kind !== "no" && (record === null || !isSameProcess(record));
}

async function lifeFinding(run: ServiceRun, world: World): Promise<Finding | null> {
  if (run.record === null || !isSameProcess(run.record)) {
    return { kind: "verification", finding: "not-alive", detail: `pid ${run.record?.pid ?? "unknown"} is gone` };
  }
  const result = isFresh(run) ? null : await probeNow(run, world);
  return result === null || result.ok ? null : { kind: "verification", finding: "not-healthy", detail: result.message };
}

/** Of one that answered just now nothing more is to be learned by asking again. */
function isFresh({ lastProbe }: ServiceRun): boolean {
  return lastProbe !== null && lastProbe.ok && Date.now() - lastProbe.checkedAt < freshMs;
}

/** An owner that cannot be read (another user's process) passes. */
async function portFindings(all: readonly ServiceRun[]): Promise<Map<string, Finding>> {
  const findings = new Map<string, Finding>();
  if (all.every(({ spec }) => spec.ports.length === 0)) return findings;
  const listeners = await readListeners();
  // Nearly always it is the service's own process that listens; only where it is not, every process is looked at.
  const runs = all.filter((run) => !holdsItsPorts(run, listeners));
  if (runs.length === 0) return findings;
  const declared = runs.flatMap(({ spec }) => spec.ports.map(({ port }) => port));
  const holders = holdersOf(declared, listeners);
  const census = indexTable(readProcessTable());
  for (const run of runs) {
    const own = new Set(run.record ? treeUsage(run.record.pid, run.record.pgid, census).pids : []);
    for (const { port } of run.spec.ports) {
      const holder = holders.get(port);
      const detail =
        holder === undefined
          ? `nothing listens on port ${port}`
          : `port ${port} is held by pid ${holder.pid} (${holder.command})`;
      if (holder === undefined || (holder.pid !== null && !own.has(holder.pid))) {
        findings.set(run.name, { kind: "verification", finding: "port-not-held", detail });
      }
    }
  }
  return findings;
}

function holdsItsPorts({ record, spec }: ServiceRun, listeners: readonly Listener[]): boolean {
  const ports = spec.ports.map(({ port }) => port);
  return ports.length === 0 || (record !== null && portsHeldBy(record.pid, ports, listeners).size === ports.length);
}

async function reject(run: ServiceRun, world: World, reason: Finding): Promise<void> {
  const life = run.beginLife();
  const evidence = await gatherEvidence(run, 1);
  if (life.aborted) return;
  const isGone = run.record === null || (await endProcess(run.record, world.paths.id, { graceCapMs: null }));
  if (life.aborted) return;
  if (isGone) run.dropRecord();
  run.apply(life, { type: "failed", reason, evidence });
  await diagnose(run, world);
}
