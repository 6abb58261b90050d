import type { Answer, Order } from "../control/protocol.ts";
import type { Emit } from "../model/event.ts";
import type { StateDocument } from "../model/state-document.ts";

/** A request underway. */
export interface Underway {
  readonly done: Promise<Answer>;
  interrupt(level: 1 | 2): void;
}

/** The orchestrator as the supervisor sees it. */
export interface Conductor {
  /** Whether nothing runs, starts or waits. */
  readonly isIdle: boolean;
  /** Whether what an earlier supervisor left is known by now. */
  readonly hasStock: boolean;
  /** Whether a start is about to begin anew what has failed, or nobody has looked yet: the document is not the last word. */
  readonly isPreparing: boolean;
  document(): StateDocument;
  /** Asks the health of everything that runs, now; the answers are in the next document. */
  probeAll(): Promise<void>;
  begin(order: Order, emit: Emit): Underway;
  /** Every event of every operation from now on. @returns Ends it. */
  hear(emit: Emit): () => void;
}
