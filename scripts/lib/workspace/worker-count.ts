import { availableParallelism } from "node:os";
import type { CommandMode } from "../model/repository-workspace.ts";

/** More than that, and programs that work on the disk and the network get in each other's way. */
const enough = 10;

export interface WorkerOptions {
  readonly mode: CommandMode;
  /** `cpu`: no more than there are cores. Default: `io`. */
  readonly weight?: "io" | "cpu";
  /** Asked for by the user (`-j`, `run.jobs`); null, or left out: what suits. */
  readonly jobs?: number | null;
  /** ENABLE_PARALLEL_OPERATIONS; false: one at a time. Default: true. */
  readonly isParallel?: boolean;
}

/**
 * How many commands run at a time.
 *
 * @param repositories How many there are.
 * @returns At least 1. Watchers all run at once: of a pool of ten, the eleventh would never begin.
 */
export function workerCount(repositories: number, options: WorkerOptions): number {
  const { mode, weight = "io", jobs = null, isParallel = true } = options;
  if (mode === "watch") return Math.max(1, repositories);
  if (mode === "sequential" || !isParallel) return 1;
  const suits = weight === "cpu" ? Math.min(enough, availableParallelism()) : enough;
  return Math.max(1, Math.min(repositories, jobs ?? suits));
}
