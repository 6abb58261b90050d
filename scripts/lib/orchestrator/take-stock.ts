import { userError } from "../diagnostic/user-error.ts";
import type { ServicesFile } from "../model/services-file.ts";
import type { ServiceRecord, StateDocument } from "../model/state-document.ts";
import { isSameProcess } from "../process/identity.ts";
import { killServices } from "../process/kill-services.ts";
import { groupIsEmpty } from "../process/members.ts";
import { type PidRecord, readPidFiles, removePidFile } from "../process/pid-file.ts";
import { readProcessTable } from "../process/proc-table.ts";
import { readState } from "../state/state-file.ts";
import { adopt } from "./adopt.ts";
import { quietly } from "./clear-ports.ts";
import { killTargetOf } from "./end-process.ts";
import { findLeftovers } from "./leftovers.ts";
import { endedState } from "./ended-state.ts";
import { ServiceRun } from "./service-run.ts";
import type { World } from "./world.ts";

/**
 * Makes sure that nothing of another services file runs in this workspace: PID files and logs go by name only.
 *
 * @param runningFile The file of a supervisor that has one; null: what is on disk tells.
 * @throws {UserError} `WORKSPACE_BUSY`.
 */
export function assertSameFile(file: ServicesFile, runningFile: string | null, world: World): void {
  const other = runningFile ?? fileOnRecord(world);
  if (other === null || other === "" || other === file.file) return;
  throw userError("WORKSPACE_BUSY", `Services of ${other} run in this workspace`, {
    hint: `Stop them first: groundswell stop --file ${other}. Or move one of the files to a folder of its own.`,
  });
}

function fileOnRecord({ paths }: World): string | null {
  const lives = readPidFiles(paths.pids, { readOnly: true }).records.some(isSameProcess);
  const reading = lives ? readState(paths) : null;
  return reading?.kind === "found" ? reading.document.file : null;
}

/** What a new supervisor found of those before it. */
export interface Stock {
  /** Processes of services that left services.yaml meanwhile: shown by status, ended by stop. */
  readonly orphans: ReadonlyMap<string, { readonly record: PidRecord; readonly row: ServiceRecord | null }>;
}

/**
 * A new supervisor's first look: adopts living processes that are on record, ends what lost its leader or its record,
 * and remembers which tasks are done. Called once, before anything is planned.
 *
 * @param previous What the supervisor before this one last wrote: one that ended by itself left nothing behind.
 */
export async function takeStock(
  file: ServicesFile,
  world: World,
  runs: Map<string, ServiceRun>,
  previous: StateDocument | null,
): Promise<Stock> {
  const { paths } = world;
  const { records, damaged } = readPidFiles(paths.pids);
  for (const { file: name, movedTo } of damaged)
    world.emit({ type: "record-damaged", at: Date.now(), file: name, movedTo });
  const document = lastState(world);
  const rows = new Map(document?.services.map((row) => [row.name, row]));
  const specs = new Map(file.services.map((spec) => [spec.name, spec]));
  const orphans = new Map<string, { record: PidRecord; row: ServiceRecord | null }>();
  const adopting: Promise<void>[] = [];
  const living = new Set<string>();

  for (const record of records) {
    const { service } = record;
    if (!isSameProcess(record)) {
      await endHeadless(record, world);
      continue;
    }
    living.add(record.runId);
    const spec = specs.get(service);
    const row = rows.get(service) ?? null;
    if (spec === undefined) {
      orphans.set(service, { record, row });
      continue;
    }
    // It runs by the spec it was started with: a change since then is a reason to restart, found by the hash.
    const run = new ServiceRun({ ...spec, specHash: record.specHash, specKeys: row?.specKeys ?? {} }, world);
    run.wave = row?.wave ?? 0;
    runs.set(service, run);
    adopting.push(adopt(run, world, record, row));
  }
  const wasCleanEnd = records.length === 0 && damaged.length === 0 && previous?.supervisor === null;
  if (!wasCleanEnd) await endLeftovers(living, world);
  // After a stop of everything, and an end in good order, only what is done is worth remembering.
  const wentOn = previous !== null && previous.supervisor !== null && previous.desired === "running";
  for (const row of rows.values()) {
    const spec = specs.get(row.name);
    const state = row.state.phase === "completed" ? row.state : wentOn ? endedState(row) : null;
    if (state === null || spec === undefined || runs.has(row.name)) continue;
    const run = new ServiceRun({ ...spec, specHash: row.specHash, specKeys: row.specKeys }, world);
    run.wave = row.wave;
    run.exitCode = state.phase === "completed" ? 0 : row.exitCode;
    run.restarts = row.restarts;
    run.apply(run.beginLife(), { type: "adopted", state });
    runs.set(row.name, run);
  }
  await Promise.all(adopting);
  return { orphans };
}

function lastState(world: World): StateDocument | null {
  const reading = readState(world.paths);
  if (reading.kind === "damaged") {
    const message = `${reading.file} is damaged; the PID files tell what runs`;
    world.emit({ type: "warning", at: Date.now(), code: "STATE_DAMAGED", message });
  }
  return reading.kind === "found" ? reading.document : null;
}

/** The leader is gone: members it left behind are ended, its record goes. */
async function endHeadless(record: PidRecord, world: World): Promise<void> {
  if (!groupIsEmpty(record, readProcessTable())) {
    world.emit({ type: "leftover-killed", at: Date.now(), service: record.service, pid: record.pid, port: null });
    await killServices([killTargetOf(record, null)], quietly(world));
  }
  removePidFile(world.paths.pids, record.service);
}

async function endLeftovers(known: ReadonlySet<string>, world: World): Promise<void> {
  const leftovers = findLeftovers(world.paths.id, known);
  for (const { service, leader } of leftovers) {
    world.emit({ type: "leftover-killed", at: Date.now(), service, pid: leader.pid, port: null });
  }
  if (leftovers.length > 0) await killServices(leftovers, quietly(world));
}
