import { probeUntilReady } from "./bring-up.ts";
import type { ServiceRun } from "./service-run.ts";

/**
 * Waits for services that were left running though unhealthy, since what they need was down: each within its own start timeout.
 * One that does not recover stays unhealthy.
 */
export async function awaitRecovery(runs: readonly ServiceRun[]): Promise<void> {
  await Promise.all(runs.filter(({ state }) => state.phase === "unhealthy").map(recover));
}

async function recover(run: ServiceRun): Promise<void> {
  const { life } = run;
  const signal = AbortSignal.any([life, AbortSignal.timeout(run.spec.startTimeoutMs)]);
  const isWell = await probeUntilReady(run, performance.now(), signal);
  // Its own monitor may have seen it first.
  if (isWell && run.state.phase === "unhealthy") run.apply(life, { type: "healthy", startupMs: run.startupMs ?? 0 });
}
