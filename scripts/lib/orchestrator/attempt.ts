import { waitUntilReady } from "../health/wait-until-ready.ts";
import type { FailureReason } from "../model/service-state.ts";
import { isSameProcess } from "../process/identity.ts";
import type { PidRecord } from "../process/pid-file.ts";
import { cleanUp } from "./after-exit.ts";
import { endProcess } from "./end-process.ts";
import { probeContextOfRun } from "./probe-context.ts";
import type { Life, ServiceRun } from "./service-run.ts";
import { type Exit, type Spawned, spawnRun } from "./spawn-run.ts";
import type { StartClock } from "./start-clock.ts";
import type { World } from "./world.ts";

/** What did not become ready in time, or is in the way, is not given its whole grace period as well. */
export const shortGraceMs = 2_000;

/** How an attempt to bring a service up came out. */
export type AttemptOutcome =
  | { readonly kind: "ready"; readonly exited: Promise<Exit> }
  /** Its process ended; nothing of it is left. */
  | { readonly kind: "ended"; readonly exit: Exit }
  /** Its process lives and is not ready. */
  | { readonly kind: "deadline" }
  /** It could not be executed, or not be recorded: another attempt would fare no better. */
  | { readonly kind: "impossible"; readonly reason: FailureReason }
  /** Its life is over: somebody else looks after what is left. */
  | { readonly kind: "stopped" };

/** Spawns a service once and waits until it is ready, within what is left of its clock; the first spawn sets the clock going. */
export async function attempt(
  run: ServiceRun,
  world: World,
  life: Life,
  { number, clock }: { readonly number: number; readonly clock: StartClock },
): Promise<AttemptOutcome> {
  const remainder = run.record === null ? null : await leftOfBefore(run, run.record, world);
  if (life.aborted) return { kind: "stopped" };
  if (remainder !== null) return { kind: "impossible", reason: remainder };
  const spawned = await spawnRun(run, world, life);
  if (life.aborted || (!spawned.ok && spawned.reason === null)) return { kind: "stopped" };
  if (!spawned.ok) return { kind: "impossible", reason: spawned.reason };
  clock.begin(spawned.spawnedAt);
  const at = Date.now();
  const deadline = Math.round(at + clock.leftMs());
  run.apply(life, { type: "spawned", pid: run.record?.pid ?? 0, attempt: number, at, deadline });
  world.pauseAt("starting");
  const outcome = await firstOutcome(run, world, spawned, life, clock.leftMs());
  if (outcome.kind === "ended" && !(await cleanUp(run, world, life))) return { kind: "stopped" };
  return outcome;
}

/** No run begins beside what is left of the one before. @returns null when nothing is. */
async function leftOfBefore(run: ServiceRun, record: PidRecord, world: World): Promise<FailureReason | null> {
  const { pid } = record;
  if (!(await endProcess(record, world.paths.id, { graceCapMs: shortGraceMs }))) {
    return {
      kind: "spawn-error",
      errno: "EBUSY",
      subject: "command",
      path: `pid ${pid} of the run before, which cannot be ended`,
    };
  }
  if (run.record === record) run.dropRecord();
  return null;
}

async function firstOutcome(
  run: ServiceRun,
  world: World,
  spawned: Spawned,
  life: Life,
  leftMs: number,
): Promise<AttemptOutcome> {
  const settled = new AbortController();
  const first = Promise.withResolvers<AttemptOutcome>();
  const timer = setTimeout(() => first.resolve({ kind: "deadline" }), Math.max(0, leftMs));
  const onStop = (): void => first.resolve({ kind: "stopped" });
  life.addEventListener("abort", onStop, { once: true });
  void spawned.exited.then((exit) => first.resolve({ kind: "ended", exit }));
  if (run.spec.type === "service") void resolveWhenReady();
  async function resolveWhenReady(): Promise<void> {
    const isReady = await probeUntilReady(run, world, spawned.spawnedAt, settled.signal);
    // Somebody else may answer at that port: a dead process is not ready.
    if (isReady && run.record !== null && isSameProcess(run.record)) {
      first.resolve({ kind: "ready", exited: spawned.exited });
    }
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
