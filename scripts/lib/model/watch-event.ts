import type { RepositoryProblem } from "./repository.ts";

/** How a watch process ended, or why there was none. */
export type WatchEnd =
  | { readonly kind: "exited"; readonly code: number }
  | { readonly kind: "signalled"; readonly signal: string }
  /** Its repository cannot be worked in; `replaced`: it is no longer the folder that was found. */
  | { readonly kind: "inaccessible"; readonly path: string; readonly problem: RepositoryProblem["kind"] | "replaced" }
  | { readonly kind: "not-executable"; readonly program: string; readonly errno: string };

/** What of a watch process is to be shown where it has ended. */
interface WatchEnding {
  readonly repository: string;
  readonly end: WatchEnd;
  /** The last it wrote to stdout and stderr, a few KiB at most, as it wrote it. */
  readonly lastOutput: Buffer;
}

/** What happens to watch processes. `repository` is a repository's name. */
export type WatchEvent =
  /** It has lived for a second. Told once, before anything else of it but `watch-failed`. */
  | { readonly type: "watch-started"; readonly repository: string; readonly pid: number }
  /** It could not be spawned, or ended within a second. Without another word it is not begun again. */
  | ({ readonly type: "watch-failed"; readonly argv: readonly string[] } & WatchEnding)
  /** It ended later. `restartMs`: it is begun again after so long; null: it is not. */
  | ({ readonly type: "watch-died"; readonly restartMs: number | null } & WatchEnding)
  /** Begun again; `restarts` counts those in a row that nobody asked for, 0: somebody did. */
  | { readonly type: "watch-restarted"; readonly repository: string; readonly pid: number; readonly restarts: number }
  /** All have started, or failed to. */
  | { readonly type: "watch-settled"; readonly running: number; readonly total: number }
  | { readonly type: "watch-stopping" }
  /** Nothing is left of it; `forced`: only by SIGKILL. */
  | { readonly type: "watch-stopped"; readonly repository: string; readonly forced: boolean }
  /** Nothing could end these processes of it. */
  | { readonly type: "watch-survived"; readonly repository: string; readonly pids: readonly number[] }
  /** Nothing more can be written to its log (ENOSPC, EACCES, …); it goes on. */
  | { readonly type: "watch-unlogged"; readonly repository: string; readonly errno: string };

/** How a watch went. */
export interface WatchTotals {
  readonly total: number;
  /** How many have ever started. */
  readonly started: number;
  /** How many were alive at its end: when it was stopped, or 0. */
  readonly alive: number;
  /** 0: all were alive; 2: some had died or never started, or survived their stop; 1: none ever started. */
  readonly exitCode: 0 | 1 | 2;
}
