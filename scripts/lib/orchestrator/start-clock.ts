/** The one clock of a service's start: set going by its first spawn, it goes on through all attempts. */
export class StartClock {
  readonly #timeoutMs: number;
  #begunAt: number | null = null;

  constructor(timeoutMs: number) {
    this.#timeoutMs = timeoutMs;
  }

  /** @param at A reading of `performance.now()`. Only the first call counts. */
  begin(at: number): void {
    this.#begunAt ??= at;
  }

  /** All of it before the first spawn; never negative. */
  leftMs(): number {
    return Math.max(0, this.#timeoutMs - this.elapsedMs());
  }

  elapsedMs(): number {
    return this.#begunAt === null ? 0 : performance.now() - this.#begunAt;
  }
}
