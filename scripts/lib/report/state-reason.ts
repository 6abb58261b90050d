import type { ServiceState } from "../model/service-state.ts";
import { stateWords } from "./state-words.ts";

/** Why a service is not as it should be, in one line; null where all is well, and where it was meant to be so. */
export function stateReason(state: ServiceState): string | null {
  switch (state.phase) {
    case "ready":
    case "completed":
    case "killed":
      return null;
    case "pending":
      return state.waitingFor.length === 0 ? null : stateWords(state);
    default:
      return stateWords(state);
  }
}
