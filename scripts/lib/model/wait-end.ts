import type { ServiceRecord } from "./state-document.ts";

/** How a wait for services ended. */
export interface WaitEnd {
  /**
   * ready: all are ready or completed. failed: `failed` will not be, unless somebody starts them again. timed-out: the time is up.
   * nothing-runs: the time is up, and nobody had started anything.
   */
  readonly kind: "ready" | "failed" | "timed-out" | "nothing-runs";
  readonly waitedMs: number;
  /** Those that were waited for, as they stand. */
  readonly services: readonly ServiceRecord[];
  /** Names that were waited for and that no start has met. */
  readonly unmet: readonly string[];
  /** Names. */
  readonly failed: readonly string[];
  /** Who told: a supervisor, or the disk, where there was none or it did not answer. */
  readonly supervisor: { readonly kind: "live"; readonly pid: number } | { readonly kind: "silent" | "absent" };
}
