import type { Repository } from "../model/repository.ts";
import type { WatchEnd, WatchEvent, WatchTotals } from "../model/watch-event.ts";
import { watchExitCode } from "../model/watch-exit-code.ts";
import { lastLinesOf, watchFailureWords } from "./watch-words.ts";

/** As many as a person is shown. */
const lastLines = 5;

/** The first line. */
export function beginJson(repositories: readonly Repository[], at: number): string {
  const shown = repositories.map(({ name, path }) => ({ name, path }));
  return JSON.stringify({ type: "starting", at, repositories: shown });
}

/** An event as a JSON object: `type` without what all of them begin with. @param at Milliseconds since the epoch. */
export function watchJson(event: WatchEvent, at: number): string {
  const { type, ...fields } = event;
  const head = { type: type.replace(/^watch-/, ""), at };
  if (event.type !== "watch-failed" && event.type !== "watch-died") return JSON.stringify({ ...head, ...fields });
  const { repository, end, lastOutput } = event;
  return JSON.stringify({
    ...head,
    repository,
    ...(event.type === "watch-failed"
      ? { argv: event.argv, message: watchFailureWords(end, lastOutput) }
      : { restartMs: event.restartMs }),
    exitCode: watchExitCode(end),
    signal: signalOf(end),
    lastLines: lastLinesOf(lastOutput, lastLines),
  });
}

/** A line that a watch process wrote. `isContinued`: an earlier piece of it was told already. */
export function lineJson(repository: string, line: string, at: number, isContinued: boolean): string {
  return JSON.stringify({ type: "line", at, repository, line, ...(isContinued ? { continued: true } : {}) });
}

/** So many lines could not be told: the reader was too slow. */
export function droppedJson(repository: string, lines: number, at: number): string {
  return JSON.stringify({ type: "dropped", at, repository, lines });
}

/** The last line. */
export function endJson(totals: WatchTotals, at: number): string {
  return JSON.stringify({ type: "end", at, ...totals });
}

function signalOf(end: WatchEnd): string | null {
  return end.kind === "signalled" ? end.signal : null;
}
