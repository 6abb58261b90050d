import type { RunOutcome, RunTotals } from "../model/run-outcome.ts";
import { exitCodeOf, resultWords, statusOf } from "./result-words.ts";

/** What a command wrote, as far as it is kept. */
interface Output {
  readonly stdout: string;
  readonly stderr: string;
  readonly omittedBytes: number;
}

/** A repository's outcome for programs. `exitCode` is the command's own; null when it did not end by itself. `ms`: of the last attempt. */
export function outcomeDocument(outcome: RunOutcome, output: Output | null) {
  const { repository, result, argv, attempts, startedAt, durationMs, peakMemoryBytes } = outcome;
  return {
    name: repository.name,
    path: repository.path,
    status: statusOf(result),
    exitCode: result.kind === "ok" || result.kind === "exited" ? exitCodeOf(result) : null,
    signal: result.kind === "signalled" ? result.signal : null,
    ms: Math.round(durationMs * 10) / 10,
    peakMemoryBytes,
    ...(output === null ? {} : { stdout: output.stdout, stderr: output.stderr }),
    ...(output !== null && output.omittedBytes > 0 ? { omittedBytes: output.omittedBytes } : {}),
    argv,
    attempts,
    startedAt,
    ...(result.kind === "ok" ? {} : { reason: result.kind, message: resultWords(outcome) }),
  };
}

/** `--report json:FILE`: everything in one document. */
export function runDocument(
  outcomes: readonly RunOutcome[],
  totals: RunTotals,
  details: { readonly command: string; readonly startedAt: number; readonly elapsedMs: number },
): string {
  const { command, startedAt, elapsedMs } = details;
  return `${JSON.stringify(
    {
      schemaVersion: 1,
      command,
      startedAt,
      ms: Math.round(elapsedMs),
      ...totals,
      repositories: outcomes.map((outcome) => outcomeDocument(outcome, null)),
    },
    null,
    2,
  )}\n`;
}
