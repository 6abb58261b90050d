import type { FailureReason, ServiceState } from "../model/service-state.ts";
import { listWords } from "./list-words.ts";

type Failure = Extract<ServiceState, { readonly phase: "failed" | "timeout" }>;

/** What to look at or do about a failure, or null where the reason says it all. */
export function failureHint(state: Failure, declared: readonly number[]): string | null {
  if (state.phase === "failed") return hintOf(state.reason);
  const { listening } = state.evidence;
  const missing = declared.filter((port) => !listening.includes(port));
  if (missing.length > 0 && listening.length > 0) {
    return `Make it listen on ${listWords(missing, 5)}, or correct its ports and health check in services.yaml.`;
  }
  return "If it only needs longer, raise its start_timeout.";
}

function hintOf(reason: FailureReason): string | null {
  switch (reason.kind) {
    case "spawn-error":
      if (reason.subject !== "command") return null;
      if (reason.errno === "ENOENT") return "Is it installed, and is its folder in PATH?";
      return reason.errno === "EACCES" ? "Make it executable with chmod +x." : null;
    case "exited":
      if (reason.code === 0 && reason.beforeReady) return "It went to the background? Run it in the foreground.";
      if (reason.code === 127) return "127 is the shell's word for a command it did not find.";
      return reason.code === 126 ? "126 is the shell's word for a file it may not execute." : null;
    case "signalled":
      return reason.signal === "SIGKILL" ? "Was it the kernel, out of memory? dmesg would say so." : null;
    case "port-taken":
      return "Stop that process, or give this service another port.";
    case "record-unwritable":
      return "Check owner, mode and free space of that folder.";
    case "crash-loop":
      return "It is not restarted any more. Once it is mended: start_dev, or restart.";
    case "verification":
    case "unhealthy":
    case "not-ready":
    case "exit-unknown":
      return null;
  }
}
