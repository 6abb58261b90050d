import { monitorHealth } from "../health/monitor-health.ts";
import { probeContextOfRun } from "./probe-context.ts";
import type { Life, ServiceRun } from "./service-run.ts";
import type { Exit } from "./spawn-run.ts";
import type { World } from "./world.ts";

/** Why a service that was up is not left as it is. */
export type UpEnding =
  | { readonly kind: "exited"; readonly exit: Exit }
  | { readonly kind: "sick"; readonly lastProbe: string };

/**
 * Watches a service that is up: its health from interval to interval, and its end.
 *
 * @returns When it ended, or is unhealthy and `on_unhealthy: restart` says that this is as bad; null when `life` is over.
 */
export async function watchOver(
  run: ServiceRun,
  world: World,
  life: Life,
  exited: Promise<Exit>,
): Promise<UpEnding | null> {
  const watching = new AbortController();
  const sick = Promise.withResolvers<UpEnding>();
  const over = Promise.withResolvers<null>();
  const onOver = (): void => over.resolve(null);
  life.addEventListener("abort", onOver, { once: true });
  monitorHealth({
    check: run.spec.healthCheck,
    context: probeContextOfRun(run, world),
    signal: AbortSignal.any([life, watching.signal]),
    startedUnhealthy: run.state.phase === "unhealthy",
    onResult: (result) => run.probed(result),
    onUnhealthy({ message }) {
      run.apply(life, { type: "sick", lastProbe: message });
      if (run.spec.onUnhealthy === "restart") sick.resolve({ kind: "sick", lastProbe: message });
    },
    onHealthy: () => {
      // A start that waited for its recovery may have seen it before us.
      if (run.state.phase === "unhealthy") run.apply(life, { type: "healthy", startupMs: run.startupMs ?? 0 });
    },
  });
  const ended = exited.then((exit): UpEnding => ({ kind: "exited", exit }));
  const ending = life.aborted ? null : await Promise.race([ended, sick.promise, over.promise]);
  watching.abort("ended");
  life.removeEventListener("abort", onOver);
  return life.aborted ? null : ending;
}
