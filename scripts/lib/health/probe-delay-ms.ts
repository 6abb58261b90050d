import type { HealthCheck } from "../model/service.ts";
import type { FailureKind } from "./probe-result.ts";

/** What is known when a probe before ready has failed. */
export interface ProbeHistory {
  readonly check: HealthCheck["kind"];
  /** How the last probe failed. */
  readonly kind: FailureKind;
  /** How often in a row it failed so, this time included: at least 1. */
  readonly failures: number;
  readonly sinceSpawnMs: number;
  readonly lastDurationMs: number;
  readonly intervalMs: number;
}

/**
 * How long to wait before the next probe of a service that is not ready yet.
 *
 * Nobody listening, or a file or line not there, costs little to ask and is over soon: 2 ms, each time 1.4 as long, at most
 * 10 ms in the first second since the spawn, 25 ms until 5 s, then 100 ms. A wrong answer, or none in time, costs the
 * service work: 25 ms, each time 1.5 as long, up to `interval`. A command costs a process: twice its last duration, at
 * least 100 ms.
 */
export function probeDelayMs(history: ProbeHistory): number {
  switch (history.check) {
    case "exec":
      return Math.max(100, 2 * history.lastDurationMs);
    case "log":
    case "file":
      return eagerDelayMs(history);
    case "http":
    case "tcp":
    case "waitOn":
    case "none":
      return history.kind === "refused" ? eagerDelayMs(history) : patientDelayMs(history);
  }
}

function eagerDelayMs({ sinceSpawnMs, failures }: ProbeHistory): number {
  if (sinceSpawnMs < 1_000) return Math.min(10, 2 * 1.4 ** (failures - 1));
  return sinceSpawnMs < 5_000 ? 25 : 100;
}

function patientDelayMs({ failures, intervalMs }: ProbeHistory): number {
  return Math.min(intervalMs, 25 * 1.5 ** (failures - 1));
}
