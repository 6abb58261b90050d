import { didYouMean } from "../diagnostic/nearest-name.ts";
import type { WatchTotals } from "../model/watch-event.ts";
import { countWords, listWords } from "./list-words.ts";
import { shownPath } from "./shown-path.ts";
import { visibleName } from "./visible-name.ts";

/** Before anything is begun. */
export function beginningText(count: number): string {
  return `Starting watch mode for ${countWords(count, "repository", "repositories")}...\n`;
}

/** In the place of lines that a slow terminal has no room for. */
export function droppedText(lines: number, log: string, cwd: string): string {
  return `... ${countWords(lines, "line")} not shown: the reader is too slow. All of it is in ${shownPath(log, cwd)}`;
}

/** What is asked for at the bottom of the terminal. */
export const restartQuestion = "restart which repository? ";

export function restartingText(name: string): string {
  return `[${visibleName(name)}] Restarting...\n`;
}

export function unknownWatchText(typed: string, names: readonly string[]): string {
  const shown = names.map(visibleName);
  const hint = didYouMean(typed, shown) ?? `There are: ${listWords(shown, 10)}.`;
  return `No watch process is named "${visibleName(typed)}". ${hint}\n`;
}

export const killingText = "Killing what still runs.\n";

/** At the very end; "" where all went well, or that it did not was said already. */
export function watchEndText({ total, alive, exitCode }: WatchTotals, wasStopped: boolean): string {
  if (exitCode !== 2) return "";
  if (!wasStopped) return "All watch processes have ended.\n";
  return alive === total
    ? ""
    : `Of ${countWords(total, "watch process", "watch processes")} ${alive} ran until the end.\n`;
}

/** Without descriptors or memory of our own, /proc cannot be read. */
export function unmeasuredText(errno: string): string {
  return `What they use cannot be measured (${errno}).\n`;
}
