import type { FailureReason } from "../model/service-state.ts";
import { limitWords } from "./duration-words.ts";
import { visibleText } from "./visible-text.ts";

/** Why a service failed, as a clause: "exited with code 1 before it was ready". */
export function reasonWords(reason: FailureReason): string {
  switch (reason.kind) {
    case "spawn-error":
      return spawnErrorWords(reason);
    case "exited":
      return `exited with code ${reason.code}${beforeReady(reason)}`;
    case "signalled":
      return `was ended by ${reason.signal}${beforeReady(reason)}`;
    case "port-taken":
      return `port ${reason.port} is taken by ${holderWords(reason.pid, reason.command)}`;
    case "verification":
      return `${findings[reason.finding]}${reason.detail === "" ? "" : `: ${visibleText(reason.detail)}`}`;
    case "record-unwritable":
      return `its record could not be written: ${visibleText(reason.path)} (${reason.errno})`;
    case "crash-loop":
      return `keeps crashing: it ended ${reason.exitCodes.length} times within a minute (exit codes ${codeWords(reason.exitCodes)})`;
    case "unhealthy":
      return `was unhealthy: ${visibleText(reason.lastProbe)}`;
    case "not-ready":
      return `was not ready again within ${limitWords(reason.deadlineMs)}`;
    case "exit-unknown":
      return "ended while nobody watched";
  }
}

const findings = {
  "not-alive": "was ready, but did not live to the end of the start",
  "not-healthy": "was ready, but failed the check at the end of the start",
  "port-not-held": "was ready, but does not hold its port",
} as const;

/** "pid 4711 (node server.js)". */
function holderWords(pid: number | null, command: string | null): string {
  if (pid === null) return "a process of another user";
  return command === null ? `pid ${pid}` : `pid ${pid} (${visibleText(command)})`;
}

function codeWords(codes: readonly (number | null)[]): string {
  return codes.map((code) => code ?? "none").join(", ");
}

function beforeReady(reason: { readonly beforeReady: boolean }): string {
  return reason.beforeReady ? " before it was ready" : "";
}

function spawnErrorWords(reason: FailureReason & { readonly kind: "spawn-error" }): string {
  const path = visibleText(reason.path);
  switch (reason.subject) {
    case "command":
      if (reason.errno === "ENOENT") return `command not found: ${path}`;
      if (reason.errno === "EACCES") return `command may not be executed: ${path}`;
      return `command could not be executed: ${path} (${reason.errno})`;
    case "cwd":
      if (reason.errno === "ENOENT") return `working directory does not exist: ${path}`;
      if (reason.errno === "ENOTDIR") return `working directory is no folder: ${path}`;
      return `working directory cannot be entered: ${path} (${reason.errno})`;
    case "log":
      return `log file cannot be opened: ${path} (${reason.errno})`;
  }
}
