import { join } from "node:path";
import { errnoOf } from "../diagnostic/errno-of.ts";
import type { ServiceSpec } from "../model/service.ts";
import type { FailureReason } from "../model/service-state.ts";
import { makeFifo } from "../process/make-fifo.ts";
import { type PidRecord, writePidFile } from "../process/pid-file.ts";
import { type SpawnedService, spawnService } from "../process/spawn-service.ts";
import { endProcess } from "./end-process.ts";
import type { Life, ServiceRun } from "./service-run.ts";
import type { World } from "./world.ts";

export type Exit = Awaited<SpawnedService["exited"]>;

/** A process that runs and is on record. */
export interface Spawned {
  readonly ok: true;
  readonly exited: Promise<Exit>;
  readonly spawnedAt: number;
}

/** Its life ended before there was a process. */
export const notWanted = { ok: false, reason: null } as const;

/**
 * Spawns a service's process and writes its pid file. A process that cannot be recorded is killed again:
 * what is not on record could not be stopped after a crash of ours.
 */
export async function spawnRun(
  run: ServiceRun,
  world: World,
  life: Life,
): Promise<Spawned | { readonly ok: false; readonly reason: FailureReason } | typeof notWanted> {
  const { spec } = run;
  const runId = newRunId();
  const stdinFifo = spec.stdinOpen ? join(world.paths.state, `${spec.name}.stdin`) : null;
  if (stdinFifo !== null) {
    try {
      await makeFifo(stdinFifo);
    } catch (error) {
      return {
        ok: false,
        reason: { kind: "spawn-error", errno: errnoOf(error) || "EIO", subject: "log", path: stdinFifo },
      };
    }
  }
  const logSettled = world.logs.settled(spec.name);
  if (logSettled !== null) await logSettled;
  // Together with the size that the log has at the spawn: nothing is rotated in between.
  const logBase = world.logs.baseOf(spec.name);
  // From here to the spawn nothing is waited for.
  if (life.aborted) return notWanted;
  const spawnedAt = performance.now();
  const spawned = await spawnService({
    service: spec.name,
    command: spec.command,
    cwd: spec.cwd,
    environment: spec.environment,
    logFile: run.logFile,
    marker: { workspaceId: world.paths.id, service: spec.name, runId },
    stdinFifo,
  });
  if (!spawned.ok) return spawned;
  const { pid, identity, exited } = spawned.process;
  const logOffset = logBase + spawned.process.logOffset;
  const record = recordOf(spec, { ...identity, pid }, runId, logOffset);
  run.logOffset = logOffset;
  try {
    world.pauseAt("spawned");
    writePidFile(world.paths.pids, record);
  } catch (error) {
    await endProcess(record, world.paths.id, { graceCapMs: 0 });
    const errno = errnoOf(error) || String(error);
    return {
      ok: false,
      reason: { kind: "record-unwritable", errno, path: join(world.paths.pids, `${spec.name}.pid`) },
    };
  }
  world.pauseAt("recorded");
  run.record = record;
  return { ok: true, exited, spawnedAt };
}

/** Tells the runs of one service apart; guessing it would be of no use to anybody. */
function newRunId(): string {
  return Math.floor(Math.random() * 2 ** 32)
    .toString(16)
    .padStart(8, "0");
}

function recordOf(
  spec: ServiceSpec,
  identity: Pick<PidRecord, "pid" | "startTime" | "bootId" | "pidNs">,
  runId: string,
  logOffset: number,
): PidRecord {
  return {
    ...identity,
    service: spec.name,
    pgid: identity.pid,
    runId,
    specHash: spec.specHash,
    startedAt: Date.now(),
    stopSignal: spec.stopSignal,
    graceMs: spec.stopGraceMs,
    ports: spec.ports.map(({ port }) => port),
    logOffset,
    keepAlive: spec.keepAlive,
  };
}
