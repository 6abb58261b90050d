import type { Event } from "../model/event.ts";
import { isSettled, isUp, pidOf, type ServiceState } from "../model/service-state.ts";
import type { StateDocument } from "../model/state-document.ts";

interface Known {
  readonly wave: number;
  readonly state: ServiceState;
  /** Whether it has been ready or completed since we look. */
  readonly hasBeenUp: boolean;
  /** A restart has begun: its death is not its end. */
  readonly isRestarting: boolean;
}

/** What has become of services, told by events. */
export class ServiceLives {
  readonly #known = new Map<string, Known>();

  note(event: Event): void {
    if (event.type === "service-restarting") this.#change(event.service, { isRestarting: true });
    if (event.type !== "service-changed" && event.type !== "service-unchanged") return;
    const { service, wave, state } = event;
    const isBegun = state.phase === "pending" || state.phase === "starting" ? { isRestarting: false } : {};
    this.#change(service, { wave, state, ...isBegun, ...(isUp(state) ? { hasBeenUp: true } : {}) });
  }

  /** What events that we did not hear must have told, for the document to say what it says. */
  missed({ services }: StateDocument): readonly Event[] {
    return services.flatMap(({ name, wave, state }): Event[] => {
      const known = this.#known.get(name);
      if (known === undefined || JSON.stringify(known.state) === JSON.stringify(state)) return [];
      return [{ type: "service-changed", at: Date.now(), service: name, wave, state }];
    });
  }

  /** Whether one of them has a process. */
  get hasLiving(): boolean {
    return [...this.#known.values()].some(({ state }) => pidOf(state) !== null);
  }

  /** Whether all of them have ended, and none is about to live again. */
  get areOver(): boolean {
    return [...this.#known.keys()].every((name) => this.endOf(name) !== null);
  }

  /** How a service ended; null while it lives, or is about to live again. */
  endOf(service: string): ServiceState | null {
    const known = this.#known.get(service);
    return known === undefined || known.isRestarting || !isOver(known.state) ? null : known.state;
  }

  /**
   * When all have ended: 0 when all ended well, 2 when some did, 1 when none. It is well to complete, to end with 0, and to be stopped by somebody
   * after having been up.
   */
  get exitCode(): 0 | 1 | 2 {
    const all = [...this.#known.values()];
    const well = all.filter(({ state, hasBeenUp }) => endedWell(state, hasBeenUp)).length;
    return well === all.length ? 0 : well === 0 ? 1 : 2;
  }

  /** Whether somebody stopped at least one of them. */
  get hasKilled(): boolean {
    return [...this.#known.values()].some(({ state }) => state.phase === "killed");
  }

  #change(service: string, change: Partial<Known>): void {
    const fresh: Known = {
      wave: 0,
      state: { phase: "pending", waitingFor: [] },
      hasBeenUp: false,
      isRestarting: false,
    };
    this.#known.set(service, { ...(this.#known.get(service) ?? fresh), ...change });
  }
}

function isOver(state: ServiceState): boolean {
  return isSettled(state) && pidOf(state) === null;
}

function endedWell(state: ServiceState, hasBeenUp: boolean): boolean {
  if (state.phase === "completed") return true;
  if (state.phase === "killed") return hasBeenUp;
  return state.phase === "failed" && state.reason.kind === "exited" && state.reason.code === 0 && hasBeenUp;
}
