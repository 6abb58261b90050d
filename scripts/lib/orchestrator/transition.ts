import type { Evidence, FailureReason, ServiceState, SkipCause } from "../model/service-state.ts";

/** What can happen to a service. Times are milliseconds since the epoch. */
export type Occurrence =
  /** A start was planned: whatever it was before, it begins anew. */
  | { readonly type: "planned"; readonly waitingFor: readonly string[] }
  | {
      readonly type: "spawned";
      readonly pid: number;
      readonly attempt: number;
      readonly at: number;
      readonly deadline: number;
    }
  /** A process of an earlier supervisor was taken over as it stood. */
  | { readonly type: "adopted"; readonly state: ServiceState }
  | { readonly type: "healthy"; readonly startupMs: number }
  | { readonly type: "sick"; readonly lastProbe: string }
  | { readonly type: "completed"; readonly startupMs: number; readonly at: number }
  | { readonly type: "failed"; readonly reason: FailureReason; readonly evidence: Evidence }
  | { readonly type: "retry"; readonly until: number; readonly attempt: number; readonly last: FailureReason }
  | { readonly type: "deadline"; readonly deadlineMs: number; readonly evidence: Evidence }
  | { readonly type: "skipped"; readonly because: SkipCause }
  | { readonly type: "stop-asked"; readonly at: number }
  /** A kill that could not end it: it goes on, as what it is. */
  | { readonly type: "survived"; readonly at: number; readonly why: string }
  /** A task that ended while nobody watched: how is unknown, so it runs again. */
  | { readonly type: "lost" }
  | { readonly type: "stopped"; readonly forced: boolean; readonly at: number };

/**
 * The life of a service, whole. Pure: a state and an occurrence give the next state. Drawn in docs/architecture.md.
 *
 * @returns null when the occurrence is illegal in that state: a bug of ours, never a matter of the service's behaviour.
 */
export function transition(state: ServiceState, occurrence: Occurrence): ServiceState | null {
  switch (occurrence.type) {
    case "planned":
      if (isAlive(state) || state.phase === "killing") return null;
      return { phase: "pending", waitingFor: occurrence.waitingFor };
    case "adopted":
      return isAlive(state) || state.phase === "killing" ? null : occurrence.state;
    case "spawned":
      if (state.phase !== "pending" && state.phase !== "backoff") return null;
      return {
        phase: "starting",
        pid: occurrence.pid,
        attempt: occurrence.attempt,
        startedAt: occurrence.at,
        deadline: occurrence.deadline,
      };
    case "healthy":
      if (state.phase === "unhealthy") {
        return { phase: "ready", pid: state.pid, startedAt: state.startedAt, startupMs: state.startupMs };
      }
      if (state.phase !== "starting") return null;
      return { phase: "ready", pid: state.pid, startedAt: state.startedAt, startupMs: occurrence.startupMs };
    case "sick":
      if (state.phase !== "ready" && state.phase !== "unhealthy") return null;
      return {
        phase: "unhealthy",
        pid: state.pid,
        startedAt: state.startedAt,
        startupMs: state.startupMs,
        lastProbe: occurrence.lastProbe,
      };
    case "completed":
      return state.phase === "starting"
        ? { phase: "completed", startupMs: occurrence.startupMs, at: occurrence.at }
        : null;
    case "failed":
      if (!isAlive(state) && state.phase !== "pending" && state.phase !== "backoff") return null;
      return { phase: "failed", reason: occurrence.reason, evidence: occurrence.evidence };
    case "retry":
      if (!isAlive(state)) return null;
      return { phase: "backoff", until: occurrence.until, attempt: occurrence.attempt, last: occurrence.last };
    case "deadline":
      if (state.phase !== "starting" && state.phase !== "backoff") return null;
      return { phase: "timeout", deadlineMs: occurrence.deadlineMs, evidence: occurrence.evidence };
    case "skipped":
      return state.phase === "pending" ? { phase: "skipped", because: occurrence.because } : null;
    case "stop-asked":
      if (isAlive(state)) return { phase: "killing", pid: state.pid, since: occurrence.at };
      // A task that was done too: a start that waits for others must not find it pending again and never end.
      if (state.phase === "pending" || state.phase === "backoff" || state.phase === "completed")
        return { phase: "killing", pid: null, since: occurrence.at };
      return null;
    case "survived":
      if (state.phase !== "killing" || state.pid === null) return null;
      return { phase: "unhealthy", pid: state.pid, startedAt: occurrence.at, startupMs: 0, lastProbe: occurrence.why };
    case "lost":
      return state.phase === "starting" ? { phase: "pending", waitingFor: [] } : null;
    case "stopped":
      return state.phase === "killing" ? { phase: "killed", forced: occurrence.forced, at: occurrence.at } : null;
  }
}

type Alive = Extract<ServiceState, { phase: "starting" | "ready" | "unhealthy" }>;

/** Whether the service has a process that nobody is killing. */
export function isAlive(state: ServiceState): state is Alive {
  return state.phase === "starting" || state.phase === "ready" || state.phase === "unhealthy";
}
