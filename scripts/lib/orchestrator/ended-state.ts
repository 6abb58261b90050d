import type { FailureReason, ServiceState } from "../model/service-state.ts";
import type { ServiceRecord } from "../model/state-document.ts";

/** How a service stands that is on record and has no process any more, its supervisor being gone too. @returns null for one that never began. */
export function endedState({ state }: Pick<ServiceRecord, "state">): ServiceState | null {
  switch (state.phase) {
    case "pending":
      return null;
    case "failed":
    case "timeout":
    case "killed":
    case "skipped":
    case "completed":
      return state;
    case "backoff":
      // Its end was seen, and nobody is left to begin it again.
      return failed(state.last);
    case "starting":
    case "ready":
    case "unhealthy":
    case "killing":
      return failed({ kind: "exit-unknown" });
  }
}

function failed(reason: FailureReason): ServiceState {
  return { phase: "failed", reason, evidence: { attempts: 1, lastProbe: null, listening: [] } };
}
