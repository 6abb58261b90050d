import { takeCensus } from "../process/census.ts";
import type { ProcessIdentity } from "../process/identity.ts";
import { hasProc } from "../process/proc-table.ts";
import { treeUsage } from "../process/tree-usage.ts";

/** The first look, and the least between two; in milliseconds. */
const soonMs = 250;
/** A look costs some milliseconds, more where much runs: it is to cost us no more than one part in so many. */
const share = 50;

/**
 * Sees how much memory commands use, with all they start, by looking now and then. What ends before the first look is not seen.
 *
 * Without /proc nothing is looked at.
 */
export class MemorySampler {
  readonly #peaks = new Map<ProcessIdentity, number | null>();
  #timer: NodeJS.Timeout | null = null;

  add(leader: ProcessIdentity): void {
    this.#peaks.set(leader, null);
    if (hasProc && this.#timer === null) this.#timer = this.#later(soonMs);
  }

  /** @returns The most that was seen, in bytes; null: it never was. */
  remove(leader: ProcessIdentity): number | null {
    const peak = this.#peaks.get(leader) ?? null;
    this.#peaks.delete(leader);
    return peak;
  }

  #later(ms: number): NodeJS.Timeout {
    return setTimeout(() => this.#look(), ms).unref();
  }

  #look(): void {
    this.#timer = null;
    if (this.#peaks.size === 0) return;
    const before = performance.now();
    const census = takeCensus();
    for (const [leader, peak] of this.#peaks) {
      const { memoryBytes } = treeUsage(leader.pid, leader.pid, census);
      if (memoryBytes > (peak ?? 0)) this.#peaks.set(leader, memoryBytes);
    }
    this.#timer = this.#later(Math.max(soonMs, share * (performance.now() - before)));
  }
}
