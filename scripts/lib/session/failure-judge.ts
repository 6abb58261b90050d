import type { Event } from "../model/event.ts";
import type { ServiceState } from "../model/service-state.ts";
import type { ServiceRecord } from "../model/state-document.ts";
import type { Standing } from "./ask-status.ts";

/**
 * What had failed before we came counts after this time only: in `start_dev & wait`, the start may come after us, and what it is about to begin
 * anew still stands there as failed.
 */
const oldNewsMs = 3_000;

/** Knows which failures are the last word, and which are about to be forgotten by a start. */
export class FailureJudge {
  #patientUntil: number;
  /** Whether a start came while we waited: what fails now has failed in it. */
  #hasMetStart = false;
  /** Whether a supervisor told us how all stood: when it has come to its end, the disk has its last word. */
  #hasFollowed = false;
  /** Services that had not failed at an earlier look. */
  readonly #wereOpen = new Set<string>();

  /** @param now When the wait began, as performance.now(). */
  constructor(now: number) {
    this.#patientUntil = now + oldNewsMs;
  }

  hear({ type }: Event): void {
    if (type === "start-planned") this.#hasMetStart = true;
  }

  isLastWord(standing: Standing): boolean {
    return standing.from === "disk" || (standing.from === "supervisor" && !standing.isPreparing);
  }

  /** Names of those that will not become ready unless somebody starts them again. @param now As performance.now(). */
  failedFor(standing: Standing, services: readonly ServiceRecord[], now: number): readonly string[] {
    if (standing.from === "supervisor" && standing.isPreparing) this.#hasMetStart = true;
    if (!this.isLastWord(standing)) return [];
    const isSupervised = standing.from === "supervisor";
    this.#hasFollowed ||= isSupervised;
    const hasEnded = standing.from === "disk" && this.#hasFollowed && standing.document.supervisor === null;
    if (standing.from === "disk" && !hasEnded && this.#hasFollowed) {
      // Its supervisor was killed: whoever starts the next one begins anew what has failed.
      this.#hasFollowed = false;
      this.#patientUntil = now + oldNewsMs;
    }
    const isOld = now >= this.#patientUntil;
    const failed = services.filter(({ name, state }) => {
      if (!isFailure(state, isSupervised || hasEnded)) return false;
      return isOld || hasEnded || (isSupervised && (this.#hasMetStart || this.#wereOpen.has(name)));
    });
    for (const { name, state } of services) if (!isFailure(state, true)) this.#wereOpen.add(name);
    return failed.map(({ name }) => name);
  }
}

/** @param countsStopped What was stopped before anybody was there to ask is not started yet, rather than failed. */
function isFailure({ phase }: ServiceState, countsStopped: boolean): boolean {
  return phase === "failed" || phase === "timeout" || phase === "skipped" || (phase === "killed" && countsStopped);
}
