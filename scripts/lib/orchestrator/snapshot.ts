import { probe } from "../health/probe.ts";
import type { ServiceState } from "../model/service-state.ts";
import { pidOf } from "../model/service-state.ts";
import type { ProbeRecord, ServiceRecord, ServiceStatus } from "../model/state-document.ts";
import { isSameProcess } from "../process/identity.ts";
import { type PidRecord, readPidFiles } from "../process/pid-file.ts";
import { type Census, indexTable } from "../process/census.ts";
import { type Listener, listeningPortsOf, readListeners } from "../process/ports.ts";
import { readProcessTable } from "../process/proc-table.ts";
import { treeUsage } from "../process/tree-usage.ts";
import type { WorkspacePaths } from "../model/workspace.ts";
import { endedState } from "./ended-state.ts";
import { probeContextOf } from "./probe-context.ts";

/** A probe of a service nobody supervises may take no longer than this. */
const probePatienceMs = 2_000;
/** A process of which nobody has written down whether it was ever ready is taken to be so when it has lived this long. */
const unwrittenUptimeMs = 60_000;

/**
 * Corrects records by what lives: for a workspace without supervisor. Identities are checked and health is probed, all at once.
 *
 * @returns The records with the state that is true now.
 */
export async function recordsFromDisk(
  paths: WorkspacePaths,
  rows: readonly ServiceRecord[],
): Promise<readonly ServiceRecord[]> {
  const records = new Map(
    readPidFiles(paths.pids, { readOnly: true }).records.map((record) => [record.service, record]),
  );
  const unknown = [...records.values()].filter(({ service }) => !rows.some(({ name }) => name === service));
  return Promise.all([
    ...rows.map((row) => trueRecord(row, records.get(row.name) ?? null)),
    ...unknown.filter(isSameProcess).map((record) => trueRecord(unwritten(record, paths), record)),
  ]);
}

async function trueRecord(row: ServiceRecord, record: PidRecord | null): Promise<ServiceRecord> {
  const { state } = row;
  const lives = record !== null && isSameProcess(record);
  if (!lives) return { ...row, state: endedState(row) ?? { phase: "pending", waitingFor: [] } };
  const { pid, startedAt } = record;
  const startupMs = "startupMs" in state ? state.startupMs : 0;
  if (row.type === "task") return { ...row, state: { phase: "starting", pid, attempt: 1, startedAt, deadline: 0 } };
  const lastProbe = await probeNow(row);
  // state.json may lag behind, and tell of an earlier process, or of none.
  const isNews = pidOf(state) !== pid;
  // What cannot be asked says nothing about a service that was not ready yet when it was last watched.
  if (lastProbe === null && (isNews || state.phase === "starting") && !hasProvenItself(row, startedAt)) {
    const before = state.phase === "starting" ? state : { phase: "starting" as const, attempt: 1, deadline: 0 };
    return { ...row, state: { ...before, pid, startedAt } };
  }
  const isWell = lastProbe?.ok ?? true;
  const now: ServiceState = isWell
    ? { phase: "ready", pid, startedAt, startupMs }
    : { phase: "unhealthy", pid, startedAt, startupMs, lastProbe: lastProbe?.message ?? "" };
  return { ...row, state: now, lastProbe };
}

/** Without any check, having lived long enough is all there is to see. */
function hasProvenItself({ checkKind, minUptimeMs }: ServiceRecord, startedAt: number): boolean {
  return checkKind === "none" && Date.now() - startedAt >= minUptimeMs;
}

/** null for what cannot be asked again: a log line, a file, no check at all. */
async function probeNow({ healthCheck, cwd, log, logOffset }: ServiceRecord): Promise<ProbeRecord | null> {
  if (healthCheck.kind === "log" || healthCheck.kind === "file" || healthCheck.kind === "none") return null;
  const context = probeContextOf({
    cwd,
    environment: { PATH: process.env["PATH"] ?? "" },
    logFile: log,
    logOffset,
    marker: null,
  });
  const { ok, latencyMs, message } = await probe(healthCheck, context, AbortSignal.timeout(probePatienceMs));
  return { ok, latencyMs, message, checkedAt: Date.now() };
}

/** A process on record that state.json does not know (it was damaged, or never written): what the pid file tells. */
function unwritten(record: PidRecord, paths: WorkspacePaths): ServiceRecord {
  return {
    name: record.service,
    type: "service",
    wave: 0,
    state: { phase: "pending", waitingFor: [] },
    runId: record.runId,
    specHash: record.specHash,
    specKeys: {},
    dependsOn: [],
    ports: record.ports.map((port) => ({ host: null, port })),
    healthCheck: { kind: "none" },
    checkKind: "none",
    cwd: paths.root,
    stopSignal: record.stopSignal,
    stopGraceMs: record.graceMs,
    minUptimeMs: unwrittenUptimeMs,
    log: `${paths.logs}/${record.service}.log`,
    logOffset: record.logOffset,
    restarts: 0,
    exitCode: null,
    lastProbe: null,
  };
}

/** Rows of `status`, with what /proc says of each service's tree. `reasonOf` makes the words. */
export async function statusRows(
  rows: readonly ServiceRecord[],
  reasonOf: (state: ServiceState) => string | null,
): Promise<readonly ServiceStatus[]> {
  const census = indexTable(readProcessTable());
  // Of those that declare no ports, /proc tells what they listen on.
  const isAsking = rows.some(({ ports, state }) => ports.length === 0 && pidOf(state) !== null);
  const listeners = isAsking ? await readListeners() : [];
  return rows.map((row) => statusRow(row, { census, listeners }, reasonOf)).toSorted((a, b) => a.wave - b.wave);
}

function statusRow(
  row: ServiceRecord,
  { census, listeners }: { readonly census: Census; readonly listeners: readonly Listener[] },
  reasonOf: (state: ServiceState) => string | null,
): ServiceStatus {
  const { state, lastProbe } = row;
  const pid = pidOf(state);
  const startedAt = "startedAt" in state ? state.startedAt : null;
  const uptimeMs = startedAt === null ? null : Math.max(0, Date.now() - startedAt);
  const usage = pid === null ? null : treeUsage(pid, pid, census);
  const declared = row.ports.map(({ port }) => port);
  return {
    name: row.name,
    phase: state.phase,
    reason: reasonOf(state),
    wave: row.wave,
    pid,
    startedAt,
    uptimeMs,
    restarts: row.restarts,
    exitCode: row.exitCode,
    ports: declared.length > 0 || usage === null ? declared : listeningPortsOf(usage.pids, listeners),
    cpuPercent: usage === null || !uptimeMs ? null : Math.round((usage.cpuSeconds / (uptimeMs / 1_000)) * 1_000) / 10,
    cpuSeconds: usage?.cpuSeconds ?? null,
    memoryBytes: usage?.memoryBytes ?? null,
    // An answer of a process that is gone says nothing.
    healthcheck: lastProbe === null || pid === null ? null : { kind: row.checkKind, ...lastProbe },
    log: row.log,
  };
}
