import type { StopReport } from "../model/event.ts";
import { durationWords } from "./duration-words.ts";
import { countWords, listWords } from "./list-words.ts";
import { type Caller, nextCommand } from "./next-command.ts";
import type { Screen } from "./screen.ts";
import { span, type Span, styledLine } from "./styled-line.ts";
import { visibleText } from "./visible-text.ts";

/**
 * How a stop ended: what is gone, what had to be forced, what is still there.
 *
 * @returns Lines ending with a newline.
 */
export function stopSummary(
  report: StopReport,
  screen: Pick<Screen, "color">,
  {
    caller = "groundswell",
    asked = [],
  }: {
    readonly caller?: Caller;
    /** Names the user gave; empty: everything. */
    readonly asked?: readonly string[];
  } = {},
): string {
  const lines: Span[][] = [
    ...report.forced.map((name) => [span("! ", "warn"), span(`${name} had to be killed (SIGKILL)`)]),
    ...report.survivors.map(({ service, pid, command }) => [
      span("✗ ", "bad"),
      span(`${service} is still there: pid ${pid}  ${visibleText(command)}`),
    ]),
    ...report.strangers.map(({ service, port, pid }) => [
      span("note: ", "faint"),
      span(
        `port ${port} of ${service} is held by ${pid === null ? "a process of another user" : `pid ${pid}`}, not ours`,
      ),
    ]),
    ...headlines(report, caller, asked),
  ];
  return `${lines.map((line) => styledLine(line, { width: Number.POSITIVE_INFINITY, color: screen.color })).join("\n")}\n`;
}

function headlines(report: StopReport, caller: Caller, asked: readonly string[]): Span[][] {
  const took = durationWords(report.durationMs);
  const left = report.survivors.length;
  if (left > 0) {
    return [
      [span(`${countWords(left, "process is", "processes are")} left after ${took}.`, "bad")],
      [span("Next: "), span(nextCommand(caller, "stop", ["--force"]), "link")],
    ];
  }
  if (report.stopped.length === 0) return [[span(idleWords([...new Set(asked)]))]];
  const what = report.stopped.length === 1 ? `${report.stopped[0]}` : `${report.stopped.length} services`;
  return [[span(`Stopped ${what} in ${took}`, "good")]];
}

/** Others may run all the same. */
function idleWords(asked: readonly string[]): string {
  if (asked.length === 0) return "Nothing was running.";
  return `${listWords(asked, 5)} ${asked.length === 1 ? "was" : "were"} not running.`;
}
