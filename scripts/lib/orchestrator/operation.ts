import type { ServicesFile } from "../model/services-file.ts";
import type { PlanRequest } from "./start-operation.ts";

export interface StartRequest extends PlanRequest {
  readonly file: ServicesFile;
  readonly fresh: boolean;
  readonly profiles: readonly string[];
  /** Names to restart though they run; empty: all; null: it is a start. */
  readonly restart: readonly string[] | null;
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
