import { forgivenAfterMs, restartDelayMs } from "../model/restart-delay-ms.ts";
import type { RestartPolicy } from "../model/service.ts";
import type { FailureReason } from "../model/service-state.ts";

/** What is remembered of a service's ends, until it has been healthy for a minute. Times are those of `performance.now()`. */
export interface RestartHistory {
  /** Restarts in a row. */
  readonly restarts: number;
  /** Its ends of the last minute, the oldest first; a code is null where a signal ended it, or nobody saw it. */
  readonly ends: readonly { readonly atMs: number; readonly exitCode: number | null }[];
}

/** An end that a policy has to judge. */
export interface ServiceEnding {
  readonly reason: FailureReason;
  readonly exitCode: number | null;
  readonly atMs: number;
  /** How long it had been healthy without a break when it ended, or last was. */
  readonly healthyMs: number;
}

export type RestartVerdict =
  | { readonly kind: "restart"; readonly delayMs: number; readonly history: RestartHistory }
  | { readonly kind: "failed"; readonly reason: FailureReason };

export const noRestarts: RestartHistory = { restarts: 0, ends: [] };

const loopWindowMs = 60_000;
const loopEnds = 5;

/**
 * Whether a service that ended is restarted, and when: the first time at once, then after 0.5 s, doubled each time up to 30 s.
 * The fifth end within a minute is a crash loop: it failed, however often its policy would try.
 *
 * A policy that asks for no restart is overruled where it is restarted for being unhealthy: that was asked for by `on_unhealthy`.
 */
export function afterEnding(policy: RestartPolicy, before: RestartHistory, ending: ServiceEnding): RestartVerdict {
  const { reason, exitCode, atMs, healthyMs } = ending;
  const { restarts, ends: earlier } = healthyMs >= forgivenAfterMs ? noRestarts : before;
  const ends = [...earlier.filter((end) => atMs - end.atMs < loopWindowMs), { atMs, exitCode }];
  if (!wantsRestart(policy, reason)) return { kind: "failed", reason };
  if (ends.length >= loopEnds) {
    return { kind: "failed", reason: { kind: "crash-loop", exitCodes: ends.map((end) => end.exitCode) } };
  }
  if (policy.kind === "on-failure" && policy.limit !== null && restarts >= policy.limit) {
    return { kind: "failed", reason };
  }
  return { kind: "restart", delayMs: restartDelayMs(restarts), history: { restarts: restarts + 1, ends } };
}

function wantsRestart(policy: RestartPolicy, reason: FailureReason): boolean {
  if (reason.kind === "unhealthy") return true;
  switch (policy.kind) {
    case "no":
      return false;
    case "on-failure":
      return !(reason.kind === "exited" && reason.code === 0);
    // A stop ends the service's life before it ends its process: what was stopped never comes here.
    case "always":
    case "unless-stopped":
      return true;
  }
}
