import { assertKnownServices } from "../diagnostic/assert-known-services.ts";
import { errnoOf } from "../diagnostic/errno-of.ts";
import { dependentsOf } from "../graph/dependents-of.ts";
import type { Emit, StopReport } from "../model/event.ts";
import type { ServiceState } from "../model/service-state.ts";
import type { ServiceRecord, StateDocument } from "../model/state-document.ts";
import type { WorkspacePaths } from "../model/workspace.ts";
import { type KillTarget, killServices } from "../process/kill-services.ts";
import { type PidRecord, readPidFiles, removePidFile } from "../process/pid-file.ts";
import { readState, writeState } from "../state/state-file.ts";
import { killTargetOf } from "./end-process.ts";
import { findLeftovers } from "./leftovers.ts";

export interface DiskStop {
  readonly services: readonly string[];
  readonly timeoutMs: number | null;
  readonly ordered: boolean;
  readonly force: AbortSignal;
}

/**
 * Stops without a supervisor, by pid files, markers and what state.json says of order and dependents. A damaged state.json
 * only costs the order. Call it with the workspace's lock in hand.
 *
 * @throws {UserError} `SERVICE_UNKNOWN` for a name that neither a record nor state.json knows.
 */
export async function stopFromDisk(paths: WorkspacePaths, stop: DiskStop, emit: Emit): Promise<StopReport> {
  const begunAt = performance.now();
  const { records, damaged } = readPidFiles(paths.pids);
  for (const { file, movedTo } of damaged) emit({ type: "record-damaged", at: Date.now(), file, movedTo });
  const reading = readState(paths);
  const document = reading.kind === "found" ? reading.document : null;
  const rows = document?.services ?? [];
  const names = new Set(affected(stop.services, rows, records));
  if (document) {
    const desired = stop.services.length === 0 ? "stopped" : document.desired;
    save(paths, { ...document, desired });
  }

  // A supervisor, or a stop, that came to its end has left nothing without a record.
  const wasCleanEnd = records.length === 0 && damaged.length === 0 && document?.supervisor === null;
  const leftovers = wasCleanEnd ? [] : findLeftovers(paths.id, new Set(records.map(({ runId }) => runId)));
  const targets: KillTarget[] = [...records.map((record) => killTargetOf(record, stop.timeoutMs)), ...leftovers].filter(
    ({ service }) =>
      names.has(service) || (stop.services.length === 0 && leftovers.some((left) => left.service === service)),
  );
  const waveOf = new Map(rows.map(({ name, wave }) => [name, wave]));
  const ordered = targets.toReversed().toSorted((a, b) => (waveOf.get(b.service) ?? 0) - (waveOf.get(a.service) ?? 0));
  if (ordered.length > 0) {
    emit({ type: "stop-started", at: Date.now(), services: ordered.map(({ service }) => service) });
  }
  const { forced, survivors, strangers } = await killServices(ordered, {
    workspaceId: paths.id,
    force: stop.force,
    ordered: stop.ordered,
    onWaiting: (waiting) => emit({ type: "stop-waiting", at: Date.now(), ...waiting }),
    onEnded: () => {},
  });
  const survived = new Set(survivors.map(({ service }) => service));
  const stopped = [...new Set(ordered.map(({ service }) => service))].filter((service) => !survived.has(service));
  for (const name of names) if (!survived.has(name)) removePidFile(paths.pids, name);
  if (document) save(paths, afterStop(document, names, survived, new Set(forced), stop));
  const report: StopReport = {
    ok: survivors.length === 0,
    durationMs: performance.now() - begunAt,
    stopped,
    forced,
    survivors,
    strangers,
  };
  emit({ type: "stop-finished", at: Date.now(), report });
  return report;
}

/** A disk that is full keeps nobody from stopping: state.json then tells an older tale, and PID files the truth. */
function save(paths: WorkspacePaths, document: StateDocument): void {
  try {
    writeState(paths, document);
  } catch (error) {
    if (errnoOf(error) === "") throw error;
  }
}

function affected(
  asked: readonly string[],
  rows: readonly ServiceRecord[],
  records: readonly PidRecord[],
): readonly string[] {
  const known = [...new Set([...rows.map(({ name }) => name), ...records.map(({ service }) => service)])];
  if (asked.length === 0) return known;
  assertKnownServices(asked, known);
  const nodes = known.map((name) => rows.find((row) => row.name === name) ?? { name, dependsOn: [] });
  return dependentsOf(nodes, asked);
}

function afterStop(
  document: StateDocument,
  names: ReadonlySet<string>,
  survived: ReadonlySet<string>,
  forced: ReadonlySet<string>,
  stop: DiskStop,
): StateDocument {
  const services = document.services.map((row): ServiceRecord => {
    if (!names.has(row.name) || survived.has(row.name)) return row;
    return { ...row, runId: null, state: stateAfterStop(row.state, forced.has(row.name)) };
  });
  // After a stop of everything nothing is left to look for; else the dead supervisor stays on record, and with it that it may have left something.
  if (stop.services.length > 0) return { ...document, services };
  return { ...document, supervisor: survived.size === 0 ? null : document.supervisor, desired: "stopped", services };
}

function stateAfterStop(state: ServiceState, forced: boolean): ServiceState {
  switch (state.phase) {
    case "failed":
    case "timeout":
    case "skipped":
    case "killed":
      return state;
    default:
      return { phase: "killed", forced, at: Date.now() };
  }
}
