import type { Event } from "../../../scripts/lib/model/event.ts";
import type { ServiceState } from "../../../scripts/lib/model/service-state.ts";

/** When the sample start began, in milliseconds since the epoch. */
export const t0 = 1_000_000;

export const planned = {
  type: "start-planned",
  at: t0,
  workspace: "chainlens",
  strategy: "waves",
  waves: [["redis"], ["backend"], ["worker", "frontend"]],
  waitsFor: { backend: ["redis"], worker: ["redis", "backend"], frontend: ["backend"] },
  ports: { redis: [6379], backend: [8000] },
} as const satisfies Event;

/** A state that a service takes on `ms` after the start began. */
export function changed(ms: number, service: string, state: ServiceState, wave = 0): Event {
  return { type: "service-changed", at: t0 + ms, service, wave, state };
}

export function starting(ms: number, attempt = 1): ServiceState {
  return { phase: "starting", pid: 4711, attempt, startedAt: t0 + ms, deadline: t0 + ms + 60_000 };
}

export function ready(startupMs: number): ServiceState {
  return { phase: "ready", pid: 4711, startedAt: t0, startupMs };
}

export const crashed: ServiceState = {
  phase: "failed",
  reason: { kind: "exited", code: 1, beforeReady: true },
  evidence: { attempts: 4, lastProbe: null, listening: [] },
};

export const retrying: ServiceState = {
  phase: "backoff",
  until: t0,
  attempt: 2,
  last: { kind: "exited", code: 1, beforeReady: true },
};

export const killing: ServiceState = { phase: "killing", pid: 4711, since: t0 };
export const killed = { phase: "killed", forced: false, at: t0 } as const satisfies ServiceState;

export function skippedFor(dependency: string): ServiceState {
  return { phase: "skipped", because: { dependency, condition: "healthy", found: "failed" } };
}
