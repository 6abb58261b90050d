import type { ServiceEnd } from "../model/event.ts";
import type { ServiceState } from "../model/service-state.ts";
import { failureHint } from "./failure-hint.ts";
import { countWords } from "./list-words.ts";
import { logLineText } from "./log-line-text.ts";
import { type Caller, nextCommand } from "./next-command.ts";
import { phaseMark, phaseTint } from "./phase-mark.ts";
import { portsFinding } from "./ports-finding.ts";
import type { Screen } from "./screen.ts";
import { shownPath } from "./shown-path.ts";
import type { StartDetails } from "./start-details.ts";
import { stateWords } from "./state-words.ts";
import { span, type Span, styledLine } from "./styled-line.ts";
import { visibleText } from "./visible-text.ts";

export type FailedEnd = ServiceEnd & { readonly state: Extract<ServiceState, { phase: "failed" | "timeout" }> };

/** The last lines of a log that explain a failure. */
const tailLength = 20;
/** Nothing is cut, since the cause may stand at the end of a line; only against lines without an end there is a limit. */
const longestLine = 1000;

/**
 * Why one service did not become ready, at a glance: reason, last probe, where it listens, what to do, the end of its log.
 *
 * @param cwd The folder paths are shown from; null: whole paths.
 * @returns Lines without newlines.
 */
export function failureReport(
  { name, state }: FailedEnd,
  details: StartDetails,
  options: { readonly cwd: string | null; readonly caller: Caller },
  screen: Pick<Screen, "color">,
): readonly string[] {
  const declared = details.ports.get(name) ?? [];
  const diagnosis = details.diagnoses.get(name);
  const { lastProbe, listening } = state.evidence;
  // A process that has ended listens nowhere; that says nothing.
  const ports = state.phase === "timeout" || listening.length > 0 ? portsFinding(listening, declared) : null;
  const tail = diagnosis?.logTail.slice(-tailLength) ?? [];
  const facts: (readonly [string, string | null])[] = [
    ["last probe", lastProbe === null ? null : visibleText(lastProbe)],
    ["ports", ports],
    ["try", failureHint(state, declared)],
    ["log", diagnosis ? logWords(shownPath(diagnosis.log, options.cwd), tail.length) : null],
  ];
  const lines: Span[][] = [
    [
      phaseMark(state.phase),
      span(" "),
      span(name, "strong"),
      span("  "),
      span(stateWords(state), phaseTint(state.phase)),
    ],
    ...facts.flatMap(([label, words]) =>
      words === null
        ? []
        : [[span(`    ${label.padEnd(12)}`, "faint"), span(words, label === "ports" ? "warn" : "plain")]],
    ),
    ...tail.map((line) => [span("    │ ", "faint"), span(logLineText(line))]),
  ];
  if (tail.length === tailLength) {
    lines.push([
      span("    more        ", "faint"),
      span(nextCommand(options.caller, "logs", ["-n", "200", name]), "link"),
    ]);
  }
  return lines.map((line) => styledLine(line, { width: longestLine, color: screen.color }));
}

function logWords(path: string, lines: number): string {
  return lines === 0 ? `${path} (it wrote nothing)` : `${path}, last ${countWords(lines, "line")}:`;
}
