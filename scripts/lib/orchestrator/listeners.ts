import type { Emit, Event } from "../model/event.ts";
import type { Starting } from "./starting.ts";

/** Who hears what happens. */
export class Listeners {
  /** Those who asked for an operation, until it ends. */
  readonly #askers = new Set<Emit>();
  readonly #followers = new Set<Emit>();

  /** To everybody. */
  emit(event: Event): void {
    for (const hear of [...this.#askers, ...this.#followers]) hear(event);
  }

  /** What concerns one start only: to those who asked for it, those who follow everything, and nobody else. */
  tell({ audience }: Starting, event: Event): void {
    for (const hear of [...audience, ...this.#followers]) hear(event);
  }

  /** Hears while `work` goes on. */
  async during<Result>(emit: Emit, work: () => Promise<Result>): Promise<Result> {
    this.#askers.add(emit);
    try {
      return await work();
    } finally {
      this.#askers.delete(emit);
    }
  }

  /** Hears everything from now on. @returns Ends it. */
  follow(emit: Emit): () => void {
    this.#followers.add(emit);
    return () => this.#followers.delete(emit);
  }
}
