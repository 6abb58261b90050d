import type { Repository } from "../model/repository.ts";
import type { RunOutcome } from "../model/run-outcome.ts";
import type { OutputCapture } from "./output-capture.ts";

/** What becomes of the commands' output. */
export interface RunOutput {
  captureOf(repository: Repository, index: number): OutputCapture;
  /** The command has ended for good. */
  ended(outcome: RunOutcome): void;
  /** The last lines of a command that has ended, without escape sequences; none where it was never begun. */
  lastLines(index: number, count: number): Promise<readonly string[]>;
  /** Resolves when all that ended has been written. */
  written(): Promise<void>;
}

/** Writes bytes; they are used again once the promise is fulfilled. */
export type Write = (bytes: Buffer) => Promise<void>;
