import { constants } from "node:os";
import type { RunOutcome } from "../model/run-outcome.ts";
import { exitCodeOf } from "./result-words.ts";
import { typedCommand } from "./typed-command.ts";

/** The columns of GNU parallel's --joblog, and behind them the most memory that was seen, in bytes, empty where it was not. */
export const joblogHeader = "Seq\tHost\tStarttime\tJobRuntime\tSend\tReceive\tExitval\tSignal\tCommand\tPeakMemory\n";

/** A line of it; times in seconds. `Host` is `:`, as parallel writes for this machine. Nothing for what was never begun. */
export function joblogLine(outcome: RunOutcome): string {
  const { index, argv, repository, result, startedAt, durationMs, peakMemoryBytes } = outcome;
  if (startedAt === null) return "";
  const exit = exitCodeOf(result) ?? 1;
  const signal = result.kind === "signalled" ? constants.signals[result.signal] : 0;
  return `${[
    index,
    ":",
    (startedAt / 1000).toFixed(3),
    (durationMs / 1000).toFixed(3),
    0,
    0,
    // parallel has 0 and the signal where a signal ended it, and -1 for a time-out.
    result.kind === "timed-out" ? -1 : signal > 0 ? 0 : exit,
    signal,
    typedCommand(repository.path, argv, null),
    peakMemoryBytes ?? "",
  ].join("\t")}\n`;
}
