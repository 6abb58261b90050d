const firstPauseMs = 60_000;
const longestPauseMs = 3_600_000;

interface Trouble {
  readonly pauseMs: number;
  readonly dueAt: number;
}

/** What does not work with logs just now: each is told once until it works again, and tried after a minute, then after twice as long each time. */
export class LogTroubles {
  readonly #tell: (text: string) => void;
  readonly #now: () => number;
  readonly #troubles = new Map<string, Trouble>();

  /** @param now Milliseconds of a clock that is never set. */
  constructor(tell: (text: string) => void, now: () => number = () => performance.now()) {
    this.#tell = tell;
    this.#now = now;
  }

  /** Whether it works for all we know, or has not been tried for long enough. */
  isDue(what: string): boolean {
    return this.#now() >= (this.#troubles.get(what)?.dueAt ?? 0);
  }

  failed(what: string, text: string): void {
    const before = this.#troubles.get(what);
    if (!before) this.#tell(text);
    const pauseMs = before ? Math.min(longestPauseMs, 2 * before.pauseMs) : firstPauseMs;
    this.#troubles.set(what, { pauseMs, dueAt: this.#now() + pauseMs });
  }

  worked(what: string): void {
    this.#troubles.delete(what);
  }
}
