/** Why a service failed. Words for it are made in report/. */
export type FailureReason =
  /** The program could not be executed: `errno` is ENOENT, EACCES, …; `path` is what was looked for (command or cwd). */
  | {
      readonly kind: "spawn-error";
      readonly errno: string;
      readonly subject: "command" | "cwd" | "log";
      readonly path: string;
    }
  | { readonly kind: "exited"; readonly code: number; readonly beforeReady: boolean }
  | { readonly kind: "signalled"; readonly signal: string; readonly beforeReady: boolean }
  /** `pid` and `command` are null when the holder belongs to another user. */
  | { readonly kind: "port-taken"; readonly port: number; readonly pid: number | null; readonly command: string | null }
  /** The last look after all waves found it not as it should be. */
  | {
      readonly kind: "verification";
      readonly finding: "not-alive" | "not-healthy" | "port-not-held";
      readonly detail: string;
    }
  | { readonly kind: "record-unwritable"; readonly errno: string; readonly path: string }
  /** So many ends within a minute; null: by a signal, or unseen. */
  | { readonly kind: "crash-loop"; readonly exitCodes: readonly (number | null)[] }
  /** Its probes failed and `on_unhealthy: restart` ended it. */
  | { readonly kind: "unhealthy"; readonly lastProbe: string }
  /** Restarted by its policy, it was not ready in time. */
  | { readonly kind: "not-ready"; readonly deadlineMs: number }
  /** It ended while nobody watched. */
  | { readonly kind: "exit-unknown" };

/** What was seen of a service that did not become ready: enough to know why. What of it is kept in a file, `recordedState` says. */
export interface Evidence {
  readonly attempts: number;
  /** The last probe's message ("connection refused 127.0.0.1:8000", "status 503, wanted 200"), null when none was made. */
  readonly lastProbe: string | null;
  /** Ports its processes really listened on at the end. */
  readonly listening: readonly number[];
}

/** The edge that was not satisfied when a service was skipped. */
export interface SkipCause {
  readonly dependency: string;
  readonly condition: "started" | "healthy" | "completed";
  /** Phase the dependency was in; "disabled": off by profile; "fail-fast": skipped since another service failed. */
  readonly found: ServiceState["phase"] | "disabled" | "fail-fast";
}

/** A state is a union member that owns its data. Times are milliseconds since the epoch unless the name says otherwise. */
export type ServiceState =
  | { readonly phase: "pending"; readonly waitingFor: readonly string[] }
  | {
      readonly phase: "starting";
      readonly pid: number;
      readonly attempt: number;
      readonly startedAt: number;
      readonly deadline: number;
    }
  | { readonly phase: "ready"; readonly pid: number; readonly startedAt: number; readonly startupMs: number }
  | {
      readonly phase: "unhealthy";
      readonly pid: number;
      readonly startedAt: number;
      readonly startupMs: number;
      readonly lastProbe: string;
    }
  | { readonly phase: "backoff"; readonly until: number; readonly attempt: number; readonly last: FailureReason }
  | { readonly phase: "failed"; readonly reason: FailureReason; readonly evidence: Evidence }
  | { readonly phase: "timeout"; readonly deadlineMs: number; readonly evidence: Evidence }
  | { readonly phase: "killing"; readonly pid: number | null; readonly since: number }
  | { readonly phase: "killed"; readonly forced: boolean; readonly at: number }
  | { readonly phase: "completed"; readonly startupMs: number; readonly at: number }
  | { readonly phase: "skipped"; readonly because: SkipCause };

export type Phase = ServiceState["phase"];

/** The process of a state, null where none lives. */
export function pidOf(state: ServiceState): number | null {
  return "pid" in state ? state.pid : null;
}

/** Whether a start has come to its end for this service, well or badly. */
export function isSettled(state: ServiceState): boolean {
  return !(
    state.phase === "pending" ||
    state.phase === "starting" ||
    state.phase === "backoff" ||
    state.phase === "killing"
  );
}

/** Whether the service does what its dependents need of a `healthy` edge. */
export function isUp(state: ServiceState): boolean {
  return state.phase === "ready" || state.phase === "completed";
}
