import type { Repository } from "../model/repository.ts";
import type { RunOutcome, RunResult } from "../model/run-outcome.ts";

/** What becomes of a command that is never begun in a repository. */
export function notBegun(repository: Repository, index: number, result: RunResult): RunOutcome {
  return { repository, index, argv: [], result, attempts: 0, startedAt: null, durationMs: 0, peakMemoryBytes: null };
}
