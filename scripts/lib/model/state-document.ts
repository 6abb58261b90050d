import type { HealthCheck, PortSpec } from "./service.ts";
import type { ServiceState } from "./service-state.ts";

/** `.groundswell/state.json`: what a later process needs to know without services.yaml. Holds no environment values, and nothing that a check's command wrote. */
export interface StateDocument {
  readonly format: 1;
  readonly workspace: string;
  /** Absolute path of the services file and 16 hex digits of its content. */
  readonly file: string;
  readonly fileHash: string;
  /** Its size and time of change when it was read; "": unknown. */
  readonly fileStamp: string;
  readonly profiles: readonly string[];
  /** Names of the services it had, started or not; written since reload exists. */
  readonly known?: readonly string[];
  readonly supervisor: SupervisorIdentity | null;
  /** "stopped": a stop was asked for; nothing may be resurrected. */
  readonly desired: "running" | "stopped";
  readonly services: readonly ServiceRecord[];
}

export interface SupervisorIdentity {
  readonly pid: number;
  /** /proc/PID/stat field 22, clock ticks since boot. */
  readonly startTime: string;
  readonly bootId: string;
  readonly pidNs: string;
  readonly version: string;
}

export interface ProbeRecord {
  readonly ok: boolean;
  readonly latencyMs: number;
  readonly message: string;
  /** Milliseconds since the epoch. */
  readonly checkedAt: number;
}

export interface ServiceRecord {
  readonly name: string;
  readonly type: "service" | "task";
  readonly wave: number;
  readonly state: ServiceState;
  readonly runId: string | null;
  readonly specHash: string;
  readonly specKeys: Readonly<Record<string, string>>;
  readonly dependsOn: readonly { readonly service: string; readonly required: boolean; readonly restart: boolean }[];
  readonly ports: readonly PortSpec[];
  /** As it can be asked without a supervisor. What may hold secrets (a command, headers, a URL with a query or a password) is recorded as `none`. */
  readonly healthCheck: HealthCheck;
  readonly checkKind: HealthCheck["kind"];
  readonly cwd: string;
  readonly stopSignal: NodeJS.Signals;
  readonly stopGraceMs: number;
  readonly minUptimeMs: number;
  /** Absolute path of its log, and the byte of all it ever logged at which its present run begins. */
  readonly log: string;
  readonly logOffset: number;
  readonly restarts: number;
  readonly exitCode: number | null;
  readonly lastProbe: ProbeRecord | null;
}

/** One row of `status --json`. */
export interface ServiceStatus {
  readonly name: string;
  readonly phase: ServiceState["phase"];
  /** One line of words, null where all is well. */
  readonly reason: string | null;
  readonly wave: number;
  readonly pid: number | null;
  /** Milliseconds since the epoch. */
  readonly startedAt: number | null;
  readonly uptimeMs: number | null;
  readonly restarts: number;
  readonly exitCode: number | null;
  readonly ports: readonly number[];
  /** Of the whole tree since its start, in percent of one core. */
  readonly cpuPercent: number | null;
  /** Of the whole tree since its start: two of them tell what it takes now. */
  readonly cpuSeconds: number | null;
  /** Resident memory of the whole tree. */
  readonly memoryBytes: number | null;
  readonly healthcheck: {
    readonly kind: HealthCheck["kind"];
    readonly ok: boolean;
    readonly latencyMs: number;
    readonly message: string;
    readonly checkedAt: number;
  } | null;
  readonly log: string;
}
