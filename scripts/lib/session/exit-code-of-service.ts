import { constants } from "node:os";
import type { FailureReason, ServiceState } from "../model/service-state.ts";

/**
 * A service's end as a shell would tell it: its own exit code, 128 + the signal's number, 127 and 126 for a program that is not there or may not
 * be executed; 1 where it has no code of its own (skipped, timed out, its port taken).
 *
 * @param stopSignal What a stop sends it.
 */
export function exitCodeOfService(state: ServiceState, stopSignal: NodeJS.Signals): number {
  if (state.phase === "completed") return 0;
  if (state.phase === "killed") return codeOfSignal(state.forced ? "SIGKILL" : stopSignal);
  return state.phase === "failed" ? codeOfReason(state.reason) : 1;
}

/** As a shell tells it. */
export function codeOfSignal(signal: string): number {
  const number = Object.entries(constants.signals).find(([name]) => name === signal)?.[1];
  return number === undefined ? 1 : 128 + number;
}

function codeOfReason(reason: FailureReason): number {
  switch (reason.kind) {
    case "exited":
      return reason.code;
    case "signalled":
      return codeOfSignal(reason.signal);
    case "crash-loop":
      return reason.exitCodes.at(-1) ?? 1;
    case "spawn-error":
      return reason.subject === "command" ? (reason.errno === "ENOENT" ? 127 : 126) : 1;
    default:
      return 1;
  }
}
