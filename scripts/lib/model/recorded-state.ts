import { withoutOutput } from "./probe-message.ts";
import type { Evidence, FailureReason, ServiceState } from "./service-state.ts";

/** A state as a file keeps it: without what may hold secrets, the output of a check's command and the arguments of a program. */
export function recordedState(state: ServiceState): ServiceState {
  switch (state.phase) {
    case "unhealthy":
      return { ...state, lastProbe: withoutOutput(state.lastProbe) };
    case "backoff":
      return { ...state, last: recordedReason(state.last) };
    case "failed":
      return { ...state, reason: recordedReason(state.reason), evidence: recordedEvidence(state.evidence) };
    case "timeout":
      return { ...state, evidence: recordedEvidence(state.evidence) };
    default:
      return state;
  }
}

/** The program of a command line. */
export function withoutArguments(command: string): string {
  const [program = ""] = command.split(" ", 1);
  return program;
}

function recordedEvidence(evidence: Evidence): Evidence {
  return { ...evidence, lastProbe: evidence.lastProbe && withoutOutput(evidence.lastProbe) };
}

function recordedReason(reason: FailureReason): FailureReason {
  switch (reason.kind) {
    case "unhealthy":
      return { ...reason, lastProbe: withoutOutput(reason.lastProbe) };
    case "port-taken":
      return { ...reason, command: reason.command && withoutArguments(reason.command) };
    case "verification":
      return { ...reason, detail: recordedDetail(reason.finding, reason.detail) };
    default:
      return reason;
  }
}

function recordedDetail(finding: Extract<FailureReason, { kind: "verification" }>["finding"], detail: string): string {
  // Of a port that another process holds: its command line, in brackets.
  return finding === "port-not-held" ? detail.replace(/(?<=\([^ )]*) .*(?=\)$)/s, "") : withoutOutput(detail);
}
