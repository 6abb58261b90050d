import type { Repository } from "../model/repository.ts";
import type { RunEvent } from "../model/run-event.ts";
import type { RunOutcome } from "../model/run-outcome.ts";
import { durationWords } from "./duration-words.ts";
import { countWords, listWords } from "./list-words.ts";
import { resultWords } from "./result-words.ts";
import { span, styledLine } from "./styled-line.ts";
import { visibleName } from "./visible-name.ts";

/** What is worth a line while a run goes on, with its newline; else nothing. @param tellsEnds Whether failures are told as they happen: where output is not grouped. */
export function runNote(event: RunEvent, tellsEnds: boolean, color: boolean): string {
  switch (event.type) {
    case "command-retried": {
      const { outcome } = event;
      return `${visibleName(outcome.repository.name)}: ${resultWords(outcome)}; trying again (attempt ${outcome.attempts + 1})\n`;
    }
    case "command-lingers":
      return `${visibleName(event.repository.name)}: still ending after ${durationWords(event.waitedMs)}\n`;
    case "command-ended": {
      const { result } = event.outcome;
      // What Ctrl-C ended is told at the end, in one line.
      const isTold = result.kind !== "ok" && result.kind !== "skipped" && result.kind !== "interrupted";
      if (!tellsEnds || !isTold) return "";
      return `${headingOf(event.outcome, color)}\n`;
    }
    default:
      return "";
  }
}

/** What stands above the output of a command. */
export function headingOf(outcome: RunOutcome, color: boolean): string {
  const name = visibleName(outcome.repository.name);
  const spans =
    outcome.result.kind === "ok"
      ? [span(`${name}:`, "strong")]
      : [span(`ERROR in ${name}:`, "bad"), span(` ${resultWords(outcome)}`)];
  return styledLine(spans, { width: Number.POSITIVE_INFINITY, color });
}

/** After the first Ctrl-C, and the second. */
export function interruptText(presses: number, running: number): string {
  if (presses > 1) return "Killing what still runs.\n";
  const what = running === 0 ? "Stopping." : `Stopping ${countWords(running, "command")}.`;
  return `${what} Ctrl-C again kills at once.\n`;
}

export function reapedText(reaped: {
  readonly repositories: readonly string[];
  readonly survivors: readonly number[];
}): string {
  const { repositories, survivors } = reaped;
  const names = [...new Set(repositories.map(visibleName))];
  const ended = `Ended what an earlier run that was killed had left running in ${listWords(names, 10)}.`;
  const left = survivors.length === 0 ? "" : ` Could not be ended: ${listWords(survivors, 10)}.`;
  return names.length === 0 ? "" : `note: ${ended}${left}\n`;
}

export function journalText(errno: string): string {
  return `warning: What runs cannot be recorded (${errno}). Should this process be killed, some of it may live on.\n`;
}

/** The disk is full on which output is kept until it is shown. */
export function fullDiskText({ name }: Pick<Repository, "name">): string {
  return `warning: ${visibleName(name)}: the disk of .groundswell is full; not all of its output may be shown\n`;
}

/** Files that were asked for; a line each. */
export function unwrittenText(
  files: readonly { readonly option: string; readonly path: string; readonly errno: string }[],
): string {
  return files
    .map(({ option, path, errno }) => `error: ${option}: ${visibleName(path)} could not be written (${errno})\n`)
    .join("");
}

/** @param errno null: what the run was is remembered. */
export function forgottenText(errno: string | null): string {
  return errno === null ? "" : `warning: This run cannot be remembered for --retry-failed (${errno})\n`;
}

/** Before a command that has the terminal. */
export function beginHeading({ name }: Pick<Repository, "name">): string {
  return `${visibleName(name)}:`;
}
