import type { Event, StopReport } from "../model/event.ts";
import { pidOf } from "../model/service-state.ts";

/** What is stopped at the end of a command, by one stop or by several, told by events; of some only what they did to services is heard. */
export class Ending {
  readonly #stopped = new Set<string>();
  readonly #forced = new Set<string>();
  #begunAt: number | null = null;
  #last: StopReport | null = null;

  note(event: Event): void {
    this.#begunAt ??= performance.now();
    if (event.type === "stop-finished") {
      this.#last = event.report;
      for (const name of event.report.stopped) this.#stopped.add(name);
      for (const name of event.report.forced) this.#forced.add(name);
    }
    if (event.type !== "service-changed") return;
    const { service, state } = event;
    if (state.phase === "killing" && pidOf(state) !== null) this.#stopped.add(service);
    if (state.phase === "killed" && state.forced) this.#forced.add(service);
  }

  /** All of it as one stop; null when there was none. What survived the last one survived. */
  report(): StopReport | null {
    const isNothing = this.#last === null && this.#stopped.size === 0;
    if (isNothing || this.#begunAt === null) return null;
    const last = this.#last ?? { ok: true, survivors: [], strangers: [] };
    const survived = new Set(last.survivors.map(({ service }) => service));
    return {
      ...last,
      durationMs: performance.now() - this.#begunAt,
      stopped: [...this.#stopped].filter((name) => !survived.has(name)),
      forced: [...this.#forced],
    };
  }
}
