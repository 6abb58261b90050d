import { constants } from "node:os";
import { setTimeout as delay } from "node:timers/promises";
import type { ServiceState } from "../model/service-state.ts";
import type { ServiceRecord } from "../model/state-document.ts";
import { isSameProcess } from "../process/identity.ts";
import type { PidRecord } from "../process/pid-file.ts";
import { readProcess } from "../process/proc-table.ts";
import { probeUntilReady } from "./attempt.ts";
import { timeOut } from "./give-up.ts";
import { keepUp } from "./keep-up.ts";
import { probeNow } from "./probe-now.ts";
import type { Life, ServiceRun } from "./service-run.ts";
import type { Exit } from "./spawn-run.ts";
import type { World } from "./world.ts";

const signalNames = [
  "SIGTERM",
  "SIGKILL",
  "SIGSEGV",
  "SIGABRT",
  "SIGINT",
  "SIGHUP",
  "SIGQUIT",
  "SIGBUS",
  "SIGFPE",
  "SIGILL",
  "SIGPIPE",
  "SIGUSR1",
  "SIGUSR2",
] as const;

/**
 * Takes over a living process of an earlier supervisor: healthy becomes ready, one that was still starting gets its clock anew,
 * anything else is unhealthy.
 *
 * @param row What state.json said of it, null where it says nothing.
 */
export async function adopt(
  run: ServiceRun,
  world: World,
  record: PidRecord,
  row: ServiceRecord | null,
): Promise<void> {
  run.record = record;
  run.logOffset = record.logOffset;
  run.restarts = row?.restarts ?? 0;
  const life = run.beginLife();
  world.emit({ type: "service-adopted", at: Date.now(), service: run.name, pid: record.pid });
  const startupMs = row !== null && "startupMs" in row.state ? row.state.startupMs : 0;
  const { pid, startedAt } = record;
  const exited = exitOf(record, world.checkIntervalMs(), life);
  const isTask = run.spec.type === "task";
  const wasReady = row?.state.phase === "ready";
  const answer = isTask ? null : await probeNow(run, world);
  if (!isTask && (wasReady || answer?.ok === true)) {
    const state: ServiceState =
      answer?.ok === false
        ? { phase: "unhealthy", pid, startedAt, startupMs, lastProbe: answer.message }
        : { phase: "ready", pid, startedAt, startupMs };
    run.apply(life, { type: "adopted", state });
  } else {
    const deadline = Date.now() + run.spec.startTimeoutMs;
    run.apply(life, { type: "adopted", state: { phase: "starting", pid, attempt: 1, startedAt, deadline } });
    // Nobody waits here for what may take its whole start timeout: the start does, and a stop can end it.
    if (!isTask) run.busy = goOnStarting(run, world, life, exited);
    // Whether a task will end well can only be awaited.
    else void keepUp(run, world, life, exited);
    return;
  }
  if (life.aborted) return;
  run.startupMs = startupMs;
  void keepUp(run, world, life, exited);
}

/** A service that was still starting gets its clock anew. */
async function goOnStarting(run: ServiceRun, world: World, life: Life, exited: Promise<Exit>): Promise<void> {
  const adoptedAt = performance.now();
  const gone = new AbortController();
  void exited.finally(() => gone.abort());
  const clock = AbortSignal.timeout(run.spec.startTimeoutMs);
  const isReady = await probeUntilReady(run, world, adoptedAt, AbortSignal.any([life, gone.signal, clock]));
  if (life.aborted) return;
  if (!isReady && !gone.signal.aborted) return timeOut(run, world, life, 1);
  // Somebody else may answer at its port.
  if (isReady && run.record !== null && isSameProcess(run.record)) {
    run.startupMs = performance.now() - adoptedAt;
    run.apply(life, { type: "healthy", startupMs: run.startupMs });
  }
  void keepUp(run, world, life, exited);
}

/** The end of a process that is not our child: looked for from interval to interval; its code is known only when it is caught as a zombie. */
async function exitOf(record: PidRecord, intervalMs: number, life: AbortSignal): Promise<Exit> {
  while (isSameProcess(record)) {
    await delay(intervalMs, undefined, { signal: life, ref: false }).catch(() => {});
    if (life.aborted) return new Promise(() => {});
  }
  const zombie = readProcess(record.pid);
  if (zombie === null || zombie.startTime !== record.startTime) return { code: null, signal: null };
  return exitOfStatus(zombie.exitCode);
}

/** A status as wait(2) tells it: the low 7 bits are the signal that ended the process, else the next byte is its exit code. */
function exitOfStatus(status: number): Exit {
  const signal = status & 0x7f;
  if (signal === 0) return { code: (status >> 8) & 0xff, signal: null };
  const known = signalNames.find((name) => constants.signals[name] === signal);
  return { code: null, signal: known ?? "SIGKILL" };
}
