import { setTimeout as delay } from "node:timers/promises";
import { waitUntilReady } from "../health/wait-until-ready.ts";
import type { ServiceSpec } from "../model/service.ts";
import type { FailureReason } from "../model/service-state.ts";
import { isSameProcess } from "../process/identity.ts";
import type { PidRecord } from "../process/pid-file.ts";
import { cleanUp, reasonOf } from "./after-exit.ts";
import { endProcess } from "./end-process.ts";
import { diagnose, gatherEvidence } from "./evidence.ts";
import { probeContextOfRun } from "./probe-context.ts";
import type { Life, ServiceRun } from "./service-run.ts";
import { type Exit, type Spawned, spawnRun } from "./spawn-run.ts";
import { watchOver } from "./watch-over.ts";
import type { World } from "./world.ts";

/** Between two attempts: this, doubled each time. */
const firstBackoffMs = 250;
/** What did not become ready in time is not given its whole grace period as well. */
const timeoutGraceMs = 2_000;

/**
 * Brings a pending service up: spawn, probe, retry, all within one clock that begins at the first spawn. Ends when the service is settled;
 * a ready one is watched over from then on. Failure is a state, never an error.
 *
 * @param maxRetries Further attempts after a service exits before it is ready.
 */
export async function bringUp(run: ServiceRun, world: World, maxRetries: number): Promise<void> {
  const life = run.beginLife();
  const { spec } = run;
  const attempts = 1 + (spec.type === "task" ? taskRetries(spec) : maxRetries);
  let begunAt: number | null = null;
  for (let attempt = 1; !life.aborted; attempt += 1) {
    const remainder = run.record === null ? null : await leftOfBefore(run, run.record, world);
    if (life.aborted) return;
    if (remainder !== null) return fail(run, life, world, remainder, attempt - 1);
    const spawned = await spawnRun(run, world);
    if (!spawned.ok) return fail(run, life, world, spawned.reason, attempt);
    if (life.aborted) return;
    begunAt ??= spawned.spawnedAt;
    const leftMs = begunAt + spec.startTimeoutMs - performance.now();
    run.apply(life, {
      type: "spawned",
      pid: run.record?.pid ?? 0,
      attempt,
      at: Date.now(),
      deadline: Math.round(Date.now() + leftMs),
    });
    world.pauseAt("starting");
    const outcome = await firstOutcome(run, world, spawned, life, leftMs);
    switch (outcome.kind) {
      case "stopped":
        return;
      case "ready":
        run.startupMs = performance.now() - begunAt;
        run.apply(life, { type: "healthy", startupMs: run.startupMs });
        world.pauseAt("ready");
        watchOver(run, world, life, spawned.exited);
        return;
      case "deadline":
        return timeOut(run, life, world, attempt);
      case "ended": {
        if (!(await cleanUp(run, world, life))) return;
        if (spec.type === "task" && outcome.exit.code === 0) {
          run.exitCode = 0;
          run.startupMs = performance.now() - begunAt;
          run.apply(life, { type: "completed", startupMs: run.startupMs, at: Date.now() });
          return;
        }
        const reason = reasonOf(outcome.exit, true);
        run.exitCode = outcome.exit.code;
        const backoffMs = firstBackoffMs * 2 ** (attempt - 1);
        const inTime = performance.now() + backoffMs < begunAt + spec.startTimeoutMs;
        if (attempt >= attempts || !inTime) return fail(run, life, world, reason, attempt);
        run.apply(life, { type: "retry", until: Date.now() + backoffMs, attempt, last: reason });
        await delay(backoffMs, undefined, { signal: life }).catch(() => {});
      }
    }
  }
}

/** No run begins beside what is left of the one before. @returns null when nothing is. */
async function leftOfBefore(run: ServiceRun, record: PidRecord, world: World): Promise<FailureReason | null> {
  const { pid } = record;
  if (!(await endProcess(record, world.paths.id, { graceCapMs: timeoutGraceMs }))) {
    return {
      kind: "spawn-error",
      errno: "EBUSY",
      subject: "command",
      path: `pid ${pid} of the run before, which cannot be ended`,
    };
  }
  run.dropRecord();
  return null;
}

type Outcome =
  | { readonly kind: "ready" }
  | { readonly kind: "ended"; readonly exit: Exit }
  | { readonly kind: "deadline" }
  | { readonly kind: "stopped" };

async function firstOutcome(
  run: ServiceRun,
  world: World,
  spawned: Spawned,
  life: Life,
  leftMs: number,
): Promise<Outcome> {
  const settled = new AbortController();
  const first = Promise.withResolvers<Outcome>();
  const timer = setTimeout(() => first.resolve({ kind: "deadline" }), Math.max(0, leftMs));
  const onStop = (): void => first.resolve({ kind: "stopped" });
  life.addEventListener("abort", onStop, { once: true });
  void spawned.exited.then((exit) => first.resolve({ kind: "ended", exit }));
  if (run.spec.type === "service") void resolveWhenReady();
  async function resolveWhenReady(): Promise<void> {
    const isReady = await probeUntilReady(run, world, spawned.spawnedAt, settled.signal);
    // Somebody else may answer at that port: a dead process is not ready.
    if (isReady && run.record !== null && isSameProcess(run.record)) first.resolve({ kind: "ready" });
  }
  try {
    return await first.promise;
  } finally {
    clearTimeout(timer);
    settled.abort("settled");
    life.removeEventListener("abort", onStop);
  }
}

/** Probes until ready. @returns false when `signal` ended it. */
export async function probeUntilReady(
  run: ServiceRun,
  world: World,
  spawnedAt: number,
  signal: AbortSignal,
): Promise<boolean> {
  const result = await waitUntilReady({
    check: run.spec.healthCheck,
    context: probeContextOfRun(run, world),
    spawnedAt,
    minUptimeMs: run.spec.minUptimeMs,
    crowd: world.crowd,
    signal,
    onFailure: (failure) => run.probed(failure),
  });
  if (result === null || signal.aborted) return false;
  run.probed(result);
  return result.ok;
}

async function fail(run: ServiceRun, life: Life, world: World, reason: FailureReason, attempts: number): Promise<void> {
  const evidence = await gatherEvidence(run, attempts);
  if (run.apply(life, { type: "failed", reason, evidence })) await diagnose(run, world);
}

/** What did not become ready in time: shown why, ended, and only then called so. */
export async function timeOut(run: ServiceRun, life: Life, world: World, attempts: number): Promise<void> {
  const evidence = await gatherEvidence(run, attempts);
  if (life.aborted) return;
  const isGone = run.record === null || (await endProcess(run.record, world.paths.id, { graceCapMs: timeoutGraceMs }));
  if (life.aborted) return;
  if (isGone) run.dropRecord();
  run.apply(life, { type: "deadline", deadlineMs: run.spec.startTimeoutMs, evidence });
  await diagnose(run, world);
}

function taskRetries({ restart }: ServiceSpec): number {
  if (restart.kind !== "on-failure") return 0;
  return restart.limit ?? Number.POSITIVE_INFINITY;
}
