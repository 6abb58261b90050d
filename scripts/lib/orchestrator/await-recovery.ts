import { probeUntilReady } from "./attempt.ts";
import type { ServiceRun } from "./service-run.ts";
import type { World } from "./world.ts";

/**
 * Waits for services that were left running though unhealthy, since what they need was down: each within its own start timeout.
 * One that does not recover stays unhealthy.
 */
export async function awaitRecovery(runs: readonly ServiceRun[], world: World): Promise<void> {
  await Promise.all(runs.filter(({ state }) => state.phase === "unhealthy").map((run) => recover(run, world)));
}

async function recover(run: ServiceRun, world: World): Promise<void> {
  const { life } = run;
  const over = new AbortController();
  // It may die, or its own monitor may see it well again before we do.
  const watch = setInterval(() => {
    if (run.state.phase !== "unhealthy") over.abort();
  }, 20);
  const signal = AbortSignal.any([life, over.signal, AbortSignal.timeout(run.spec.startTimeoutMs)]);
  const isWell = await probeUntilReady(run, world, performance.now(), signal);
  clearInterval(watch);
  if (isWell && run.state.phase === "unhealthy") run.apply(life, { type: "healthy", startupMs: run.startupMs ?? 0 });
}
