import type { RunOutcome, RunTotals } from "../model/run-outcome.ts";
import { durationWords } from "./duration-words.ts";
import { listWords } from "./list-words.ts";
import { effortWords, resultWords } from "./result-words.ts";
import type { Screen } from "./screen.ts";
import { visibleName } from "./visible-name.ts";
import { span, styledLine } from "./styled-line.ts";
import { typedCommand } from "./typed-command.ts";
import { visibleText } from "./visible-text.ts";

/** Of more failures, only the names are told. */
const mostDetailed = 10;
/** Of more names, only how many there are. */
const mostNamed = 20;

/** A failure with what its command wrote last, oldest line first. */
export interface FailedCommand {
  readonly outcome: RunOutcome;
  readonly lastLines: readonly string[];
}

/** "8 ok, 1 failed, 1 timed out of 10 in 4.2 s". */
export function totalsWords({ total, ok, failed, timedOut, skipped }: RunTotals, elapsedMs: number): string {
  const counts = [
    `${ok} ok`,
    ...(failed > 0 ? [`${failed} failed`] : []),
    ...(timedOut > 0 ? [`${timedOut} timed out`] : []),
    ...(skipped > 0 ? [`${skipped} skipped`] : []),
  ];
  return `${counts.join(", ")} of ${total} in ${durationWords(elapsedMs)}`;
}

/** What stands below everything else: the failures, each with what shows it again, and the count. */
export function runSummary(
  totals: RunTotals,
  failures: readonly FailedCommand[],
  options: { readonly screen: Screen; readonly cwd: string; readonly elapsedMs: number },
): string {
  const { screen, cwd, elapsedMs } = options;
  const look = { width: screen.width, color: screen.color };
  const isTold = ({ outcome: { result } }: FailedCommand): boolean =>
    result.kind !== "skipped" && result.kind !== "interrupted";
  const told = failures.filter(isTold);
  const lines: string[] = [];
  for (const { outcome, lastLines } of told.slice(0, mostDetailed)) {
    lines.push(headLine(outcome, look));
    if (outcome.argv.length > 0) {
      const typed = typedCommand(outcome.repository.path, outcome.argv, cwd);
      lines.push(styledLine([span("    $ ", "faint"), span(typed, "link")], { ...look, width: Infinity }));
    }
    for (const line of lastLines) lines.push(styledLine([span("    | ", "faint"), span(visibleText(line))], look));
  }
  for (const [words, names] of namesByWords(told.slice(mostDetailed))) {
    lines.push(styledLine([span("✗ ", "bad"), span(`${listWords(names, mostNamed)}: ${words}`)], look));
  }
  for (const [words, names] of namesByWords(failures.filter((one) => !isTold(one)))) {
    lines.push(styledLine([span("– ", "warn"), span(`${listWords(names, mostNamed)}: ${words}`)], look));
  }
  const tint = totals.exitCode === 0 ? "good" : totals.exitCode === 2 ? "warn" : "bad";
  lines.push(styledLine([span(totalsWords(totals, elapsedMs), tint)], look));
  return `${lines.join("\n")}\n`;
}

function headLine(outcome: RunOutcome, look: { readonly width: number; readonly color: boolean }): string {
  const { repository } = outcome;
  const effort = outcome.attempts === 0 ? "" : ` (${effortWords(outcome)})`;
  return styledLine(
    [
      span("✗ ", "bad"),
      span(visibleName(repository.name), "strong"),
      span(`: ${resultWords(outcome)}`),
      span(effort, "faint"),
    ],
    look,
  );
}

function namesByWords(commands: readonly FailedCommand[]): ReadonlyMap<string, string[]> {
  const byWords = new Map<string, string[]>();
  for (const { outcome } of commands) {
    const words = resultWords(outcome);
    byWords.set(words, [...(byWords.get(words) ?? []), visibleName(outcome.repository.name)]);
  }
  return byWords;
}
