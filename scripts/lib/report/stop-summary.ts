import type { StopReport } from "../model/event.ts";
import { durationWords } from "./duration-words.ts";
import { countWords } from "./list-words.ts";
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
  { caller = "groundswell" }: { readonly caller?: Caller } = {},
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
    ...headlines(report, caller),
  ];
  return `${lines.map((line) => styledLine(line, { width: Number.POSITIVE_INFINITY, color: screen.color })).join("\n")}\n`;
}

function headlines(report: StopReport, caller: Caller): Span[][] {
  const took = durationWords(report.durationMs);
  const left = report.survivors.length;
  if (left > 0) {
    return [
      [span(`${countWords(left, "process is", "processes are")} left after ${took}.`, "bad")],
      [span("Next: "), span(nextCommand(caller, "stop", ["--force"]), "link")],
    ];
  }
  if (report.stopped.length === 0) return [[span("Nothing was running.")]];
  const what = report.stopped.length === 1 ? `${report.stopped[0]}` : `${report.stopped.length} services`;
  return [[span(`Stopped ${what} in ${took}`, "good")]];
}
