import type { FailureReason } from "../model/service-state.ts";
import { shortGraceMs } from "./attempt.ts";
import { endProcess } from "./end-process.ts";
import { diagnose, gatherEvidence } from "./evidence.ts";
import type { Life, ServiceRun } from "./service-run.ts";
import type { World } from "./world.ts";

/** A service whose process has ended, or never began: it failed, and this is why. */
export async function fail(
  run: ServiceRun,
  world: World,
  life: Life,
  reason: FailureReason,
  attempts: number,
): Promise<void> {
  const evidence = await gatherEvidence(run, attempts);
  if (run.apply(life, { type: "failed", reason, evidence })) await diagnose(run, world);
}

/** What did not become ready in time: shown why, ended, and only then called so. */
export async function timeOut(run: ServiceRun, world: World, life: Life, attempts: number): Promise<void> {
  const evidence = await gatherEvidence(run, attempts);
  if (life.aborted || !(await takeDown(run, world, life, shortGraceMs))) return;
  run.apply(life, { type: "deadline", deadlineMs: run.spec.startTimeoutMs, evidence });
  await diagnose(run, world);
}

/** Ends a service's living process. What cannot be ended stays on record. @returns false when its life was over meanwhile. */
export async function takeDown(run: ServiceRun, world: World, life: Life, graceCapMs: number | null): Promise<boolean> {
  const isGone = run.record === null || (await endProcess(run.record, world.paths.id, { graceCapMs }));
  if (life.aborted) return false;
  if (isGone) run.dropRecord();
  return true;
}
