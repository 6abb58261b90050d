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
  const ran = failures.filter(({ outcome }) => outcome.result.kind !== "skipped");
  const skipped = failures.filter(({ outcome }) => outcome.result.kind === "skipped");
  const lines: string[] = [];
  for (const [position, { outcome, lastLines }] of ran.entries()) {
    lines.push(headLine(outcome, look));
    if (position >= mostDetailed) continue;
    if (outcome.argv.length > 0) {
      const typed = typedCommand(outcome.repository.path, outcome.argv, cwd);
      lines.push(styledLine([span("    $ ", "faint"), span(typed, "link")], { ...look, width: Infinity }));
    }
    for (const line of lastLines) lines.push(styledLine([span("    | ", "faint"), span(visibleText(line))], look));
  }
  for (const [because, names] of namesBySkipReason(skipped)) {
    lines.push(styledLine([span("– ", "warn"), span(`${listWords(names, 20)}: ${because}`)], look));
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

function namesBySkipReason(skipped: readonly FailedCommand[]): ReadonlyMap<string, string[]> {
  const byReason = new Map<string, string[]>();
  for (const { outcome } of skipped) {
    const words = resultWords(outcome);
    byReason.set(words, [...(byReason.get(words) ?? []), visibleName(outcome.repository.name)]);
  }
  return byReason;
}
