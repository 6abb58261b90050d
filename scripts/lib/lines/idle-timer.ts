/** The last fifth of the time is waited for anew: in so long, whatever came while this process was busy itself is read. */
const lastPart = 0.2;

/**
 * Tells when nothing has come for a while. A timer alone would not do: of a process that was kept from running, or from reading, it
 * fires before what has come meanwhile is seen.
 */
export class IdleTimer {
  readonly #first: NodeJS.Timeout;
  readonly #last: NodeJS.Timeout;
  #state: "stopped" | "first part" | "last part" = "stopped";

  constructor(ms: number, onIdle: () => void) {
    this.#last = setTimeout(() => {
      // Else it was begun again since.
      if (this.#state !== "last part") return;
      this.#state = "stopped";
      onIdle();
    }, ms * lastPart).unref();
    this.#first = setTimeout(
      () => {
        if (this.#state !== "first part") return;
        this.#state = "last part";
        this.#last.refresh();
      },
      ms * (1 - lastPart),
    ).unref();
  }

  /** From now on; what was waited for before is not waited for any more. */
  begin(): void {
    this.#state = "first part";
    this.#first.refresh();
  }

  stop(): void {
    this.#state = "stopped";
  }
}
