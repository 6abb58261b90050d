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

/** What else goes on while a service is waited for. */
export interface Crowd {
  /** Services that are waited for, this one included. */
  readonly waiting: number;
  /** More are just being spawned: every probe would hold them up. */
  readonly isSpawning: boolean;
}

/** A refused connection costs about a third of a millisecond of our CPU. */
const probeCostMs = 0.3;
/** A service as young as this is worth all our time; later, probing takes no more than a third of it. */
const youngMs = 100;
const whileSpawningMs = 20;

/**
 * How long to wait before the next probe of a service that is not ready yet.
 *
 * Nobody listening, or a file or line not there, is a cheap question, and the answer is seen half a hundredth too late at most: it is asked after a 200th of the time
 * since the spawn, at least 1 ms, at most 100 ms; longer where many are waited for. A wrong answer, or none in time, costs the service work: 25 ms, each
 * time 1.5 as long, up to `interval`. A command costs a process: twice its last duration, at least 100 ms.
 */
export function probeDelayMs(history: ProbeHistory, crowd: Crowd): number {
  switch (history.check) {
    case "exec":
      return Math.max(100, 2 * history.lastDurationMs);
    case "log":
    case "file":
      return eagerDelayMs(history.sinceSpawnMs, crowd);
    case "http":
    case "tcp":
    case "waitOn":
    case "none":
      return history.kind === "refused" ? eagerDelayMs(history.sinceSpawnMs, crowd) : patientDelayMs(history);
  }
}

/** Also how long after the spawn a port is first asked: nobody can listen there at once. */
export function eagerDelayMs(sinceSpawnMs: number, { waiting, isSpawning }: Crowd): number {
  const own = Math.min(100, Math.max(1, sinceSpawnMs / 200));
  const share = sinceSpawnMs < youngMs ? 1 : 1 / 3;
  return Math.max(own, (waiting * probeCostMs) / share, isSpawning ? whileSpawningMs : 0);
}

function patientDelayMs({ failures, intervalMs }: ProbeHistory): number {
  return Math.min(intervalMs, 25 * 1.5 ** (failures - 1));
}
