import type { Emit, StopReport } from "../model/event.ts";
import type { PauseAt } from "../process/fault-point.ts";
import { type KillTarget, killServices } from "../process/kill-services.ts";
import { killTargetOf } from "./end-process.ts";
import type { ServiceRun } from "./service-run.ts";
import type { Stopped } from "./service-table.ts";

export interface StopOptions {
  readonly workspaceId: string;
  readonly emit: Emit;
  /** Caps every grace period; null: each its own. */
  readonly timeoutMs: number | null;
  /** One after another, each its own grace, dependents before what they depend on. */
  readonly ordered: boolean;
  /** Aborted: SIGKILL now. */
  readonly force: AbortSignal;
  readonly pauseAt: PauseAt;
}

/**
 * Stops services in one parallel kill and makes sure that nothing of them lives.
 *
 * @param stopped What is to be stopped; runs without a process just end.
 */
export async function stopServices(
  { runs, orphans, findLeftovers }: Stopped,
  options: StopOptions,
): Promise<StopReport> {
  const begunAt = performance.now();
  const living = runs.filter((run) => run.record !== null);
  // Dependents first: none of them is to find its dependency gone and call itself skipped.
  for (const run of inStopOrder(runs)) run.beginStop();
  const names = [...living.map(({ name }) => name), ...orphans.map(({ service }) => service)];
  if (names.length > 0) options.emit({ type: "stop-started", at: Date.now(), services: names });
  const targetOf = (run: ServiceRun): KillTarget[] => (run.record ? [killTargetOf(run.record, options.timeoutMs)] : []);
  const targets = [...inStopOrder(living).flatMap(targetOf), ...orphans];
  const killing = kill(targets, runs, options);
  // All have their signal by now: there is time to look while they die.
  const leftovers = findLeftovers();
  const first = await killing;
  // A spawn that was underway when the stop came has its record by now.
  await Promise.all(runs.map((run) => run.busy));
  const late = inStopOrder(runs).filter(
    (run) => run.record !== null && !first.survivors.some(({ service }) => service === run.name),
  );
  const second = await kill([...late.flatMap(targetOf), ...leftovers], runs, options);
  const forced = [...first.forced, ...second.forced];
  const survivors = [...first.survivors, ...second.survivors];
  for (const run of runs) {
    if (survivors.some(({ service }) => service === run.name)) run.outliveStop();
    else run.endStop(forced.includes(run.name));
  }
  const report: StopReport = {
    ok: survivors.length === 0,
    durationMs: performance.now() - begunAt,
    stopped: [...names, ...late.map(({ name }) => name), ...leftovers.map(({ service }) => service)].filter(
      (name) => !survivors.some(({ service }) => service === name),
    ),
    forced,
    survivors,
    strangers: [...first.strangers, ...second.strangers],
  };
  options.emit({ type: "stop-finished", at: Date.now(), report });
  return report;
}

async function kill(targets: readonly KillTarget[], runs: readonly ServiceRun[], options: StopOptions) {
  const killing = killServices(targets, {
    workspaceId: options.workspaceId,
    force: options.force,
    ordered: options.ordered,
    onWaiting: (waiting) => options.emit({ type: "stop-waiting", at: Date.now(), ...waiting }),
    onEnded(service, forced) {
      options.pauseAt("stopped");
      runs.find(({ name }) => name === service)?.endStop(forced);
    },
  });
  // The signals are sent before anything is waited for.
  if (targets.length > 0) options.pauseAt("signalled");
  return killing;
}

/** Dependents first: the reverse of the order they started in. */
function inStopOrder(runs: readonly ServiceRun[]): readonly ServiceRun[] {
  return runs.toReversed().toSorted((a, b) => b.wave - a.wave);
}
