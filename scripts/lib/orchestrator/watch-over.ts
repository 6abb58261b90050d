import { monitorHealth } from "../health/monitor-health.ts";
import { cleanUp, reasonOf } from "./after-exit.ts";
import { diagnose } from "./evidence.ts";
import { probeContextOfRun } from "./probe-context.ts";
import type { Life, ServiceRun } from "./service-run.ts";
import type { Exit } from "./spawn-run.ts";
import type { World } from "./world.ts";

/** Watches a service that is up: its health from interval to interval, and its end. Until `life` is over. */
export function watchOver(run: ServiceRun, world: World, life: Life, exited: Promise<Exit>): void {
  const watching = new AbortController();
  monitorHealth({
    check: run.spec.healthCheck,
    context: probeContextOfRun(run, world),
    signal: AbortSignal.any([life, watching.signal]),
    startedUnhealthy: run.state.phase === "unhealthy",
    onResult: (result) => run.probed(result),
    onUnhealthy: (result) => void run.apply(life, { type: "sick", lastProbe: result.message }),
    onHealthy: () => {
      // A start that waited for its recovery may have seen it before us.
      if (run.state.phase === "unhealthy") run.apply(life, { type: "healthy", startupMs: run.startupMs ?? 0 });
    },
  });
  void endWhenExited();
  async function endWhenExited(): Promise<void> {
    const exit = await exited;
    watching.abort("ended");
    if (life.aborted) return;
    run.busy = ended(run, world, life, exit);
    await run.busy;
  }
}

async function ended(run: ServiceRun, world: World, life: Life, exit: Exit): Promise<void> {
  run.exitCode = exit.code;
  if (!(await cleanUp(run, world, life))) return;
  if (run.spec.type === "task" && exit.code === 0) {
    run.apply(life, { type: "completed", startupMs: run.startupMs ?? 0, at: Date.now() });
    return;
  }
  // Nobody saw how this task ended: it runs again where a start still waits for it.
  if (run.spec.type === "task" && exit.code === null && exit.signal === null) {
    run.apply(life, { type: "lost" });
    return;
  }
  const evidence = { attempts: 1, lastProbe: null, listening: [] };
  run.apply(life, { type: "failed", reason: reasonOf(exit, false), evidence });
  await diagnose(run, world);
}
