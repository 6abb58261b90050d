import type { SourceSpan } from "./source-span.ts";

/** A string goes to `/bin/sh`, a list is executed as it stands. */
export type ServiceCommand =
  | { readonly kind: "shell"; readonly text: string }
  | { readonly kind: "argv"; readonly argv: readonly [string, ...string[]] };

/** What must hold of a dependency before its dependent is spawned. */
export type DependencyCondition = "started" | "healthy" | "completed";

export interface Dependency {
  /** Name of the service depended on. */
  readonly service: string;
  readonly condition: DependencyCondition;
  /** false: a dependency that was skipped, failed or is off by profile does not hold its dependent back. */
  readonly required: boolean;
  /** true: a restart of the dependency restarts the dependent too. */
  readonly restart: boolean;
  readonly span: SourceSpan;
}

/** A declared port. `host: null` means any address the service chooses. */
export interface PortSpec {
  readonly host: string | null;
  readonly port: number;
}

/** How often and how patiently a health check is asked; every field is milliseconds but `retries`. */
export interface ProbeTiming {
  readonly intervalMs: number;
  readonly timeoutMs: number;
  /** Failures in a row, after ready and outside the start period, that make a service unhealthy. */
  readonly retries: number;
  readonly startPeriodMs: number;
}

/** A range of HTTP status codes, both ends included. */
export interface StatusRange {
  readonly from: number;
  readonly to: number;
}

export type HealthCheck =
  | {
      readonly kind: "http";
      readonly url: string;
      readonly method: string;
      readonly headers: Readonly<Record<string, string>>;
      /** Any of these ranges is a success. */
      readonly status: readonly StatusRange[];
      /** A regular expression's source the body must match; null: any body. */
      readonly body: string | null;
      readonly timing: ProbeTiming;
    }
  /** Every target must accept a connection. `host: "localhost"` tries 127.0.0.1 and ::1; either suffices. */
  | {
      readonly kind: "tcp";
      readonly targets: readonly { readonly host: string; readonly port: number }[];
      /** true: nobody wrote this check, it follows from the declared ports. */
      readonly implied: boolean;
      readonly timing: ProbeTiming;
    }
  | { readonly kind: "exec"; readonly command: ServiceCommand; readonly timing: ProbeTiming }
  /** `pattern` is a regular expression's source, tried on each line the service wrote since this start. */
  | { readonly kind: "log"; readonly pattern: string; readonly timing: ProbeTiming }
  /** `path` is absolute; ready as soon as it exists. */
  | { readonly kind: "file"; readonly path: string; readonly timing: ProbeTiming }
  /** Resources in the syntax of the package wait-on. */
  | { readonly kind: "waitOn"; readonly resources: readonly string[]; readonly timing: ProbeTiming }
  /** No check: ready once it has lived `minUptimeMs`. */
  | { readonly kind: "none" };

export type RestartPolicy =
  | { readonly kind: "no" }
  /** `limit: null`: as often as it takes. */
  | { readonly kind: "on-failure"; readonly limit: number | null }
  | { readonly kind: "always" }
  | { readonly kind: "unless-stopped" };

/** One service of services.yaml with every default filled in. */
export interface ServiceSpec {
  readonly name: string;
  /** The service's key in services.yaml. */
  readonly span: SourceSpan;
  readonly command: ServiceCommand;
  /** Absolute. */
  readonly cwd: string;
  /** A task runs once: exit 0 is `completed` and counts as ready. */
  readonly type: "service" | "task";
  readonly dependsOn: readonly Dependency[];
  readonly ports: readonly PortSpec[];
  readonly healthCheck: HealthCheck;
  readonly restart: RestartPolicy;
  readonly onUnhealthy: "report" | "restart";
  readonly stopSignal: NodeJS.Signals;
  readonly stopGraceMs: number;
  readonly startTimeoutMs: number;
  readonly minUptimeMs: number;
  /** The whole environment the process gets. Never printed, never written to disk. */
  readonly environment: Readonly<Record<string, string>>;
  readonly profiles: readonly string[];
  readonly stdinOpen: boolean;
  /** Sources of regular expressions; a process whose argv (joined by blanks) matches one may outlive the service. */
  readonly keepAlive: readonly string[];
  /** 16 hex digits over the resolved spec and the declared values; changes when a restart is due. */
  readonly specHash: string;
  /** The same hash per key of services.yaml (`command`, `environment.PORT`, …), so that a restart can name what changed. */
  readonly specKeys: Readonly<Record<string, string>>;
}

/** Services that start together; `index` counts from 0. */
export interface Wave {
  readonly index: number;
  readonly services: readonly ServiceSpec[];
}
