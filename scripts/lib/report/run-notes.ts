import type { RunEvent } from "../model/run-event.ts";
import { durationWords } from "./duration-words.ts";
import { countWords, listWords } from "./list-words.ts";
import { resultWords } from "./result-words.ts";
import { shownName } from "./shown-name.ts";

/** What is worth a line while a run goes on; null: nothing. @param tellsEnds Whether failures are told as they happen: where output is not grouped. */
export function runNote(event: RunEvent, tellsEnds: boolean): string | null {
  switch (event.type) {
    case "command-retried": {
      const { outcome } = event;
      return `${shownName(outcome.repository.name)}: ${resultWords(outcome)}; trying again (attempt ${outcome.attempts + 1})`;
    }
    case "command-lingers":
      return `${shownName(event.repository.name)}: still ending after ${durationWords(event.waitedMs)}`;
    case "command-ended": {
      const { result } = event.outcome;
      if (!tellsEnds || result.kind === "ok" || result.kind === "skipped") return null;
      return failedHeading(event.outcome.repository.name, resultWords(event.outcome));
    }
    default:
      return null;
  }
}

/** What stands above the output of a command that failed, and of one that did not. */
export function failedHeading(name: string, words: string): string {
  return `ERROR in ${shownName(name)}: ${words}`;
}

export function okHeading(name: string): string {
  return `${shownName(name)}:`;
}

export const emptyOutputText = "(it wrote nothing)";

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
  const names = [...new Set(repositories.map(shownName))];
  const ended = `Ended what an earlier run that was killed had left running in ${listWords(names, 10)}.`;
  const left = survivors.length === 0 ? "" : ` Could not be ended: ${listWords(survivors, 10)}.`;
  return names.length === 0 ? "" : `note: ${ended}${left}\n`;
}

export function journalText(errno: string): string {
  return `warning: What runs cannot be recorded (${errno}). Should this process be killed, some of it may live on.\n`;
}
