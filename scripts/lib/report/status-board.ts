import type { ServiceStatus } from "../model/state-document.ts";
import { clockWords } from "./clock-words.ts";
import { countWords } from "./list-words.ts";
import type { Screen } from "./screen.ts";
import { statusBlocks, type StatusOptions } from "./status-table.ts";
import type { StatusView } from "./status-view.ts";
import { span, type Span, styledLine } from "./styled-line.ts";
import { visibleText } from "./visible-text.ts";

type BoardOptions = Omit<StatusOptions, "unsupervisedSince" | "hints">;

/**
 * How everything stands as a picture of the given size. Pure.
 *
 * Where not all fits: what is not up first, and how many more there are.
 *
 * @param height Most lines to return; infinite for the picture that stays behind.
 */
export function statusBoardLines(
  view: StatusView,
  options: BoardOptions & { readonly height: number },
  screen: Pick<Screen, "color" | "width">,
): readonly string[] {
  const { now = Date.now(), height } = options;
  const { rows, unsupervisedSince, hints } = view;
  const cut = (lines: readonly (readonly Span[])[]): string[] => lines.map((line) => styledLine(line, screen));
  const picture = (shown: readonly ServiceStatus[]): readonly string[] => {
    const { table, below } = statusBlocks(shown, { ...options, unsupervisedSince, hints }, screen);
    // The sum is that of all.
    const { notes } = statusBlocks(rows, { ...options, unsupervisedSince, hints }, screen);
    const rest = rows.length - shown.length;
    const more = rest === 0 ? [] : [[span(`… and ${countWords(rest, "more service")}`, "faint")]];
    return [
      cut([headLine(view, now, Number.isFinite(height))]),
      [...table, ...cut(more)],
      cut(below.slice(0, Math.max(0, height - 2 - shown.length))),
      cut(notes),
    ]
      .filter((lines) => lines.length > 0)
      .flatMap((lines, index) => (index === 0 ? lines : ["", ...lines]));
  };
  const whole = picture(rows);
  if (whole.length <= height) return whole;
  const urgent = rows.toSorted((a, b) => urgency(a) - urgency(b));
  // Each has one line in the table, and at most one below: the first count that fits is found in a few steps.
  let [fits, tooMany] = [0, rows.length];
  while (tooMany - fits > 1) {
    const middle = Math.floor((fits + tooMany) / 2);
    if (picture(urgent.slice(0, middle)).length <= height) fits = middle;
    else tooMany = middle;
  }
  return picture(urgent.slice(0, fits)).slice(0, Math.max(1, height));
}

function headLine({ name, supervisorPid }: StatusView, now: number, goesOn: boolean): Span[] {
  const watched = supervisorPid === null ? "" : `  supervisor ${supervisorPid}`;
  const end = goesOn ? "   q ends" : "";
  return [span(visibleText(name), "strong"), span(`  ${clockWords(now, now)}${watched}${end}`, "faint")];
}

/** 0: not as it should be; 1: something goes on; 2: up; 3: not wanted. */
function urgency({ phase }: ServiceStatus): number {
  switch (phase) {
    case "failed":
    case "timeout":
    case "unhealthy":
      return 0;
    case "starting":
    case "backoff":
    case "killing":
    case "pending":
    case "skipped":
      return 1;
    case "ready":
    case "completed":
      return 2;
    case "killed":
      return 3;
  }
}
