import type { HealthCheck } from "../model/service.ts";
import { pause } from "./pause.ts";
import { probe } from "./probe.ts";
import type { ProbeContext } from "./probe-context.ts";
import type { ProbeResult } from "./probe-result.ts";

export interface HealthMonitor {
  readonly check: HealthCheck;
  readonly context: ProbeContext;
  /** Ends it at once; nothing is called any more. */
  readonly signal: AbortSignal;
  readonly onResult: (result: ProbeResult) => void;
  /** Called when `retries` failures in a row have come about outside the start period; once, until it is healthy again. Of one known to be unhealthy too. */
  readonly onUnhealthy: (result: ProbeResult) => void;
  /** Called with the first success of a service that was unhealthy. */
  readonly onHealthy: (result: ProbeResult) => void;
  /** true: it is known to be unhealthy, so that its first success is news. */
  readonly startedUnhealthy?: boolean;
}

/**
 * Probes a service that is ready, every `interval` from start to start, until the signal is aborted. Failures within `start_period` from now are reported and do not count.
 * Log, file and none say something about a start only: they are not asked again. Timers do not keep the process alive.
 */
export function monitorHealth(monitor: HealthMonitor): void {
  const { check } = monitor;
  if (check.kind === "none" || check.kind === "log" || check.kind === "file") return;
  void watch(monitor, check.timing);
}

async function watch(
  { check, context, signal, onResult, onUnhealthy, onHealthy, startedUnhealthy = false }: HealthMonitor,
  { intervalMs, retries, startPeriodMs }: { intervalMs: number; retries: number; startPeriodMs: number },
): Promise<void> {
  const countsFrom = performance.now() + startPeriodMs;
  let failures = 0;
  let isUnhealthy = startedUnhealthy;
  let isTold = false;
  let restMs = restAfter(performance.now(), intervalMs);
  for (;;) {
    await pause(restMs, signal, { held: false });
    if (signal.aborted) return;
    const startedAt = performance.now();
    const result = await probe(check, context, signal);
    if (signal.aborted) return;
    restMs = restAfter(startedAt, intervalMs);
    onResult(result);
    if (result.ok) {
      failures = 0;
      if (isUnhealthy) onHealthy(result);
      isUnhealthy = false;
      isTold = false;
    } else if (startedAt >= countsFrom) {
      failures += 1;
      if (!isTold && failures >= retries) {
        isUnhealthy = true;
        isTold = true;
        onUnhealthy(result);
      }
    }
  }
}

/**
 * How long to wait for the next probe: an interval after the start of the last one, and at least half of one from now.
 * Rounded down to a quarter of the interval, by one clock for all services, so that they are asked together: waking up for
 * each of a hundred by itself costs three times the CPU.
 */
function restAfter(startedAt: number, intervalMs: number): number {
  const quarter = intervalMs / 4;
  // A timer may fire a fraction of a millisecond early.
  const due = Math.floor((startedAt + intervalMs + 1) / quarter) * quarter;
  return Math.max(due - performance.now(), intervalMs / 2);
}
