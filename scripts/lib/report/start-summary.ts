import type { ServiceEnd, StartEnd } from "../model/event.ts";
import { isUp } from "../model/service-state.ts";
import { durationWords } from "./duration-words.ts";
import { type FailedEnd, failureReport } from "./failure-report.ts";
import { countWords, listWords } from "./list-words.ts";
import { type Caller, nextCommand } from "./next-command.ts";
import { phaseMark } from "./phase-mark.ts";
import type { Screen } from "./screen.ts";
import { noDetails, type StartDetails } from "./start-details.ts";
import { stateWords } from "./state-words.ts";
import { span, type Span, styledLine } from "./styled-line.ts";
import { padText } from "./text-width.ts";
import { visibleText } from "./visible-text.ts";

/** More failures than this are told in a line each: the first ones are usually the cause. */
const wholeReports = 5;
const urlsShown = 12;

export interface SummaryOptions {
  readonly details?: StartDetails;
  /** The folder paths are shown from. */
  readonly cwd?: string;
  readonly caller?: Caller;
  /** true: the command stays, and so does this terminal. */
  readonly stays?: boolean;
  /** true: the services are those that changed; others may run beside them. */
  readonly reloads?: boolean;
}

/**
 * How a start ended. Failures first, each with its reason and the end of its log, then what was skipped, and last,
 * where the eye is, the sum of it, the URLs and what to type next.
 *
 * @returns Lines ending with a newline.
 */
export function startSummary(
  end: StartEnd,
  screen: Pick<Screen, "color">,
  { details = noDetails, cwd, caller = "groundswell", stays = false, reloads = false }: SummaryOptions = {},
): string {
  const failed = end.services.filter(isFailed);
  const skipped = end.services.filter(({ state }) => state.phase === "skipped");
  const nameWidth = Math.max(0, ...skipped.map(({ name }) => name.length));
  const blocks: (readonly string[])[] = [
    ...failed
      .slice(0, wholeReports)
      .map((service) => failureReport(service, details, { cwd: cwd ?? null, caller }, screen)),
    failed.slice(wholeReports).map((service) => oneLine(service, 0, screen)),
    skipped.map((service) => oneLine(service, nameWidth, screen)),
    [uncut(headline(end, failed, reloads), screen)],
    urlLines(end.services, screen),
    (stays ? [] : nextSteps(end, failed, caller)).map((line) => uncut(line, screen)),
  ];
  const text = blocks
    .filter((lines) => lines.length > 0)
    .map((lines) => lines.join("\n"))
    .join("\n\n");
  return `${text}\n`;
}

function isFailed(service: ServiceEnd): service is FailedEnd {
  return service.state.phase === "failed" || service.state.phase === "timeout";
}

function oneLine({ name, state }: ServiceEnd, nameWidth: number, screen: Pick<Screen, "color">): string {
  return uncut([phaseMark(state.phase), span(` ${padText(name, nameWidth)}  ${stateWords(state)}`)], screen);
}

function headline(end: StartEnd, failed: readonly FailedEnd[], reloads: boolean): Span[] {
  const { services, durationMs } = end;
  const took = durationWords(durationMs);
  if (end.exitCode === 130) return [span(`Stopped while starting, after ${took}.`, "strong")];
  if (services.length === 0 && end.exitCode !== 0) return [span("A stop came first: nothing was started.", "strong")];
  if (services.length === 0) return [span("There are no services to start.", "strong")];
  const up = services.filter(({ state }) => isUp(state)).length;
  const unchanged = services.filter((service) => service.unchanged).length;
  if (up === services.length) {
    if (unchanged === up) {
      const who = up === 1 ? `${services[0]?.name} was` : `All ${up} services were`;
      return [span(`${who} ready already: nothing to do.`, "good")];
    }
    const before = unchanged === 0 ? "" : `; ${unchanged} ${unchanged === 1 ? "was" : "were"} ready already`;
    return [span(`Ready in ${took}`, "good"), span(comparison(end) + before)];
  }
  const others = services.length - up - failed.length;
  const those = reloads ? " of what changed" : "";
  const ready =
    up === 0 ? `Nothing${those} is ready` : `${up} of ${services.length}${reloads ? " that changed" : ""} ready`;
  const sum = `${ready} after ${took}`;
  const parts = [
    ...(failed.length > 0
      ? [
          `${failed.length} failed (${listWords(
            failed.map(({ name }) => name),
            5,
          )})`,
        ]
      : []),
    ...(others > 0 ? [`${others} not started`] : []),
  ];
  return [span(sum, up === 0 ? "bad" : "warn"), span(parts.length === 0 ? "." : `: ${parts.join(", ")}`)];
}

/** What the waves brought, against the clock: honest only where more than one service was started. */
function comparison({ durationMs, criticalPathMs, oneByOneMs, services }: StartEnd): string {
  const started = services.filter(({ startupMs }) => startupMs !== null).length;
  if (criticalPathMs === null || oneByOneMs === null || started < 2) return "";
  const faster = oneByOneMs === 0 ? 0 : Math.round((1 - durationMs / oneByOneMs) * 100);
  const gain = faster > 0 ? `: ${faster} % faster` : "";
  return ` (critical path ${durationWords(criticalPathMs)}; one by one it would be ${durationWords(oneByOneMs)}${gain})`;
}

function urlLines(services: readonly ServiceEnd[], screen: Pick<Screen, "color">): readonly string[] {
  const reachable = services.filter(({ url, state }) => url !== null && isUp(state));
  const nameWidth = Math.max(0, ...reachable.map(({ name }) => name.length));
  const lines = reachable
    .slice(0, urlsShown)
    .map(({ name, url }) =>
      uncut([span(`  ${padText(name, nameWidth)}  `), span(urlWords(url ?? ""), "link")], screen),
    );
  if (reachable.length > urlsShown) lines.push(`  and ${countWords(reachable.length - urlsShown, "URL")} more`);
  return lines;
}

/** A password in a URL is nobody's business. */
function urlWords(url: string): string {
  return visibleText(url).replace(/\/\/[^/@]*@/, "//");
}

function nextSteps(end: StartEnd, failed: readonly FailedEnd[], caller: Caller): Span[][] {
  const start = nextCommand(caller, "start_dev");
  if (end.exitCode === 130 || end.services.length === 0) return [commandLine([start])];
  const stop = nextCommand(caller, "stop");
  const first = failed[0]?.name;
  if (first === undefined) {
    return [commandLine([nextCommand(caller, "status"), nextCommand(caller, "logs", ["-f"]), stop])];
  }
  return [
    commandLine([nextCommand(caller, "logs", [first]), start, stop]),
    [span("What is ready stays up; start_dev starts the rest.", "faint")],
  ];
}

function commandLine(commands: readonly string[]): Span[] {
  return [
    span("Next: "),
    ...commands.flatMap((command, index) => [span(index === 0 ? "" : "  ·  ", "faint"), span(command, "link")]),
  ];
}

/** What is said here is worth a second row on a narrow screen. */
function uncut(line: readonly Span[], { color }: Pick<Screen, "color">): string {
  return styledLine(line, { width: Number.POSITIVE_INFINITY, color });
}
