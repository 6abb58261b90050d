import type { FoundRepository, Repository } from "./repository.ts";
import type { RunOutcome } from "./run-outcome.ts";

/** What happens while a command runs in many repositories. */
export type RunEvent =
  | { readonly type: "run-began"; readonly total: number; readonly workers: number }
  /** Once for each attempt. */
  | {
      readonly type: "command-began";
      readonly repository: FoundRepository;
      readonly index: number;
      readonly pid: number;
      readonly attempt: number;
    }
  /** It failed, and is tried again. */
  | { readonly type: "command-retried"; readonly repository: Repository; readonly outcome: RunOutcome }
  /** It takes longer to end than it was asked to; about once a second. */
  | { readonly type: "command-lingers"; readonly repository: Repository; readonly waitedMs: number }
  | { readonly type: "command-ended"; readonly outcome: RunOutcome };
