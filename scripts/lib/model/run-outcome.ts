import type { Repository, RepositoryProblem } from "./repository.ts";

/** Why a repository's command was never begun. */
export type SkipReason = "an-earlier-one-failed" | "too-many-failed" | "interrupted";

/** How a command ended in one repository. Everything but `ok` counts as a failure. */
export type RunResult =
  | { readonly kind: "ok" }
  | { readonly kind: "exited"; readonly exitCode: number }
  | { readonly kind: "signalled"; readonly signal: NodeJS.Signals }
  /** It was stopped with all it had started; `survivors` could not be. */
  | { readonly kind: "timed-out"; readonly limitMs: number; readonly survivors: readonly number[] }
  /** The same, because the user asked. */
  | { readonly kind: "interrupted"; readonly survivors: readonly number[] }
  | { readonly kind: "inaccessible"; readonly problem: RepositoryProblem | { readonly kind: "replaced" } }
  /** It was not begun, since what it would write could not be kept. */
  | { readonly kind: "output-unwritable"; readonly errno: string }
  /** The program cannot be executed there. */
  | { readonly kind: "not-executed"; readonly errno: string; readonly program: string }
  | { readonly kind: "skipped"; readonly because: SkipReason };

/** What became of a command in one repository. */
export interface RunOutcome {
  readonly repository: Repository;
  /** Position among the selected, from 1. */
  readonly index: number;
  /** As executed, placeholders filled in; empty when it was never composed. */
  readonly argv: readonly string[];
  readonly result: RunResult;
  /** How often it was begun; retries included. */
  readonly attempts: number;
  /** Milliseconds since the epoch; null: never begun. */
  readonly startedAt: number | null;
  /** Of the last attempt, in milliseconds; 0 when it was never begun. */
  readonly durationMs: number;
  /** The most resident memory it was seen to use, with all it started, in bytes; null: it ended before it was looked at. */
  readonly peakMemoryBytes: number | null;
}

/** 0: all ok; 2: some; 1: none. */
export interface RunTotals {
  readonly total: number;
  readonly ok: number;
  readonly failed: number;
  readonly timedOut: number;
  readonly skipped: number;
  readonly exitCode: 0 | 1 | 2;
}
