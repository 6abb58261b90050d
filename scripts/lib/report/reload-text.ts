import type { ReloadDiff } from "../model/event.ts";
import { countWords } from "./list-words.ts";
import { type Caller, nextCommand } from "./next-command.ts";
import type { Screen } from "./screen.ts";
import { span, type Span, styledLine } from "./styled-line.ts";
import { visibleText } from "./visible-text.ts";

type Change = ReloadDiff["changed"][number]["changes"][number];

/** Longer values say enough by their beginning. */
const longestValue = 200;

/** What a services file changes of what runs, service by service, key by key. @returns Lines ending with a newline. */
export function reloadText(
  diff: ReloadDiff,
  screen: Pick<Screen, "color">,
  options: { readonly dryRun: boolean },
): string {
  const { added, removed, changed, unchanged } = diff;
  const parts = [
    ...(added.length > 0 ? [`${added.length} added`] : []),
    ...(changed.length > 0 ? [`${changed.length} changed`] : []),
    ...(removed.length > 0 ? [`${removed.length} removed`] : []),
    `${unchanged} as before`,
  ];
  const lines: (readonly Span[])[] = [
    [
      span("services.yaml and env files", "strong"),
      span(`: ${isEmpty(diff) ? nothingWords(unchanged) : parts.join(", ")}`),
    ],
    ...added.map((name) => [span("  + ", "good"), span(name)]),
    ...changed.flatMap(({ service, changes }) => [
      [span("  ~ ", "warn"), span(service)],
      ...changes.map((change) => [span(`      ${changeWords(change)}`, "faint")]),
    ]),
    ...removed.map((name) => [span("  - ", "bad"), span(name)]),
  ];
  if (options.dryRun && !isEmpty(diff))
    lines.push([span("Nothing was done: without --plan, reload does it.", "faint")]);
  const look = { width: Number.POSITIVE_INFINITY, color: screen.color };
  return lines.map((line) => `${styledLine(line, look)}\n`).join("");
}

export const watchingText = "Watching services.yaml and its env files. Ctrl-C ends that; the services run on.\n";

export function nothingRunsText(caller: Caller): string {
  return `Nothing runs. ${nextCommand(caller, "start_dev")} starts it.\n`;
}

export function isEmpty({ added, removed, changed }: ReloadDiff): boolean {
  return added.length + removed.length + changed.length === 0;
}

function nothingWords(unchanged: number): string {
  return `nothing has changed (${countWords(unchanged, "service")})`;
}

function changeWords({ key, before, after }: Change): string {
  const name = visibleText(key);
  if (after === null) return `${name}: removed`;
  // Of the environment no values are told.
  if (key.startsWith("environment.")) return `${name}: changed`;
  return before === null ? `${name}: now ${short(after)}` : `${name}: ${short(before)} -> ${short(after)}`;
}

function short(value: string): string {
  const text = visibleText(value);
  return text.length > longestValue ? `${text.slice(0, longestValue)}…` : text;
}
