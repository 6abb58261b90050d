import type { ServicesFile } from "../model/services-file.ts";
import type { PlanRequest } from "./start-operation.ts";

export interface StartRequest extends PlanRequest {
  readonly file: ServicesFile;
  readonly fresh: boolean;
  readonly profiles: readonly string[];
  /** What to restart though it runs, and why; no names: all; null: it is a start. */
  readonly restart: { readonly names: readonly string[]; readonly because: "asked" | "dependency" } | null;
  /** Not null: only what the file changes is started, restarted or stopped; `dryRun`: it is only told. */
  readonly reload: { readonly dryRun: boolean } | null;
}

/** What a service's restart asks of those that restart with it: they wait for what they need, and nothing else is started for them. */
export function followersRequest(
  file: ServicesFile,
  profiles: readonly string[],
  names: readonly string[],
): StartRequest {
  const restart = { names, because: "dependency" as const };
  const how = { strategy: null, dependencies: "await", failFast: false, fresh: false, reload: null } as const;
  return { file, profiles, services: names, restart, ...how };
}

export interface StopRequest {
  readonly services: readonly string[];
  readonly force: boolean;
  /** Caps every grace period; null: each its own. */
  readonly timeoutMs: number | null;
  readonly ordered: boolean;
}

/** Something underway that its client may interrupt: 1 stops what it started, 2 kills. */
export interface Operation<Result> {
  readonly done: Promise<Result>;
  readonly interrupt: (level: 1 | 2) => void;
}
