import type { Emit } from "../model/event.ts";

/** Shows events to somebody as they come. */
export interface Reporter {
  readonly event: Emit;
  /** Leaves the terminal as it was. Nothing is shown afterwards. */
  readonly close: () => void;
}
