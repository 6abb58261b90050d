import type { Evidence, ServiceState, SkipCause } from "../model/service-state.ts";
import { durationWords, limitWords } from "./duration-words.ts";
import { listWords } from "./list-words.ts";
import { reasonWords } from "./reason-words.ts";
import { visibleText } from "./visible-text.ts";

/** How a service stands and why, in one line: "failed: exited with code 1 before it was ready (4 attempts)". @param now Milliseconds since the epoch. */
export function stateWords(state: ServiceState, now = Date.now()): string {
  switch (state.phase) {
    case "pending":
      return state.waitingFor.length === 0 ? "waiting" : `waiting for ${listWords(state.waitingFor, 4)}`;
    case "starting":
      return state.attempt === 1 ? "starting" : `starting, attempt ${state.attempt}`;
    case "ready":
      return `ready in ${durationWords(state.startupMs)}`;
    case "unhealthy":
      return `unhealthy: ${visibleText(state.lastProbe)}`;
    case "backoff":
      return `${reasonWords(state.last)}; trying again${inWords(state.until - now)}`;
    case "failed":
      return `failed: ${reasonWords(state.reason)}${attemptWords(state.evidence)}`;
    case "timeout":
      return `timeout: not ready within ${limitWords(state.deadlineMs)}${attemptWords(state.evidence)}`;
    case "killing":
      return "stopping";
    case "killed":
      return state.forced ? "stopped by SIGKILL" : "stopped";
    case "completed":
      return `completed in ${durationWords(state.startupMs)}`;
    case "skipped":
      return `skipped: ${skipWords(state.because)}`;
  }
}

/** Rounded up, so that it counts down to 1. What is over in a moment is not counted down. */
function inWords(leftMs: number): string {
  return leftMs <= 500 ? "" : ` in ${Math.ceil(leftMs / 1_000)} s`;
}

function attemptWords({ attempts }: Evidence): string {
  return attempts > 1 ? ` (${attempts} attempts)` : "";
}

const found = {
  pending: "has not started",
  starting: "is not ready",
  ready: "is ready only",
  unhealthy: "is unhealthy",
  backoff: "keeps failing",
  failed: "failed",
  timeout: "was not ready in time",
  killing: "was stopped",
  killed: "was stopped",
  completed: "completed",
  skipped: "was skipped",
  disabled: "is off by profile",
} as const satisfies Record<Exclude<SkipCause["found"], "fail-fast">, string>;

function skipWords(cause: SkipCause): string {
  if (cause.found === "fail-fast") return `${cause.dependency} failed (--fail-fast)`;
  return `needs ${cause.dependency} ${cause.condition}, but it ${found[cause.found]}`;
}
