import { setTimeout as delay } from "node:timers/promises";
import type { Evidence, FailureReason } from "../model/service-state.ts";
import { cleanUp, reasonOf } from "./after-exit.ts";
import { attempt, type AttemptOutcome, shortGraceMs } from "./attempt.ts";
import { diagnose, gatherEvidence } from "./evidence.ts";
import { fail, takeDown } from "./give-up.ts";
import { afterEnding } from "./restart-policy.ts";
import type { Life, ServiceRun } from "./service-run.ts";
import type { Exit } from "./spawn-run.ts";
import { StartClock } from "./start-clock.ts";
import { type UpEnding, watchOver } from "./watch-over.ts";
import type { World } from "./world.ts";

/** Keeps a service up from here on: watches over it, and when it ends does what its restart policy says. Until `life` is over. */
export async function keepUp(run: ServiceRun, world: World, life: Life, exited: Promise<Exit>): Promise<void> {
  const ending = await watchOver(run, world, life, exited);
  if (ending === null) return;
  run.busy = goOn(run, world, life, ending);
  await run.busy;
}

type Ending = UpEnding | Extract<AttemptOutcome, { kind: "ended" | "deadline" }>;

/** From an end to what comes of it: up again, done, or failed. */
async function goOn(run: ServiceRun, world: World, life: Life, first: Ending): Promise<void> {
  let ending: Ending | null = first;
  while (ending !== null) {
    const evidence = await clearAway(run, world, life, ending);
    if (evidence === null) return;
    if (run.spec.type === "task") return endTask(run, world, life, ending, evidence);
    ending = await restartOrFail(run, world, life, ending, evidence);
  }
}

/** Nothing of the old process is left afterwards. @returns What was seen of it; null when its life was over meanwhile. */
async function clearAway(run: ServiceRun, world: World, life: Life, ending: Ending): Promise<Evidence | null> {
  const attempts = run.history.restarts + 1;
  switch (ending.kind) {
    case "exited":
    case "ended":
      run.exitCode = ending.exit.code;
      return (await cleanUp(run, world, life)) ? { attempts, lastProbe: null, listening: [] } : null;
    case "sick":
    case "deadline": {
      const evidence = await gatherEvidence(run, attempts);
      const graceCapMs = ending.kind === "deadline" ? shortGraceMs : null;
      return !life.aborted && (await takeDown(run, world, life, graceCapMs)) ? evidence : null;
    }
  }
}

async function restartOrFail(
  run: ServiceRun,
  world: World,
  life: Life,
  ending: Ending,
  evidence: Evidence,
): Promise<Ending | null> {
  const reason = whyEnded(run, ending);
  const verdict = afterEnding(run.spec.restart, run.history, {
    reason,
    exitCode: ending.kind === "exited" || ending.kind === "ended" ? ending.exit.code : null,
    atMs: performance.now(),
    healthyMs: run.healthyMs,
  });
  if (verdict.kind === "failed") {
    await giveUp(run, world, life, verdict.reason, evidence);
    return null;
  }
  run.history = verdict.history;
  run.restarts += 1;
  const until = Date.now() + verdict.delayMs;
  run.apply(life, { type: "retry", until, attempt: verdict.history.restarts, last: reason });
  if (verdict.delayMs > 0) await delay(verdict.delayMs, undefined, { signal: life }).catch(() => {});
  if (life.aborted) return null;
  return again(run, world, life);
}

/** One attempt, by a clock of its own. @returns How it ended, where that is for the policy to judge. */
async function again(run: ServiceRun, world: World, life: Life): Promise<Ending | null> {
  const clock = new StartClock(run.spec.startTimeoutMs);
  const outcome = await attempt(run, world, life, { number: 1, clock });
  switch (outcome.kind) {
    case "stopped":
      return null;
    case "impossible":
      await fail(run, world, life, outcome.reason, run.history.restarts + 1);
      return null;
    case "ended":
    case "deadline":
      return outcome;
    case "ready":
      run.startupMs = clock.elapsedMs();
      run.apply(life, { type: "healthy", startupMs: run.startupMs });
      world.restarted(run.name);
      void keepUp(run, world, life, outcome.exited);
      return null;
  }
}

function whyEnded({ spec }: ServiceRun, ending: Ending): FailureReason {
  switch (ending.kind) {
    case "exited":
      return reasonOf(ending.exit, false);
    case "ended":
      return reasonOf(ending.exit, true);
    case "sick":
      return { kind: "unhealthy", lastProbe: ending.lastProbe };
    case "deadline":
      return { kind: "not-ready", deadlineMs: spec.startTimeoutMs };
  }
}

/** A task of an earlier supervisor: how it ended is seen only now, or was seen by nobody. */
async function endTask(run: ServiceRun, world: World, life: Life, ending: Ending, evidence: Evidence): Promise<void> {
  const { code, signal } = "exit" in ending ? ending.exit : { code: null, signal: null };
  if (code === 0) {
    run.apply(life, { type: "completed", startupMs: run.startupMs ?? 0, at: Date.now() });
  } else if (code === null && signal === null) {
    // It runs again where a start still waits for it.
    run.apply(life, { type: "lost" });
  } else {
    await giveUp(run, world, life, whyEnded(run, ending), evidence);
  }
}

/** With what was seen of it while it still lived; one that was not ready in time is called so. */
async function giveUp(
  run: ServiceRun,
  world: World,
  life: Life,
  reason: FailureReason,
  evidence: Evidence,
): Promise<void> {
  const occurrence =
    reason.kind === "not-ready"
      ? ({ type: "deadline", deadlineMs: reason.deadlineMs, evidence } as const)
      : ({ type: "failed", reason, evidence } as const);
  if (run.apply(life, occurrence)) await diagnose(run, world);
}
