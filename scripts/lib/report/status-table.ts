import type { ServiceStatus } from "../model/state-document.ts";
import { clockWords } from "./clock-words.ts";
import { durationWords, elapsedWords } from "./duration-words.ts";
import { startingEta } from "./eta-words.ts";
import { countWords, listWords } from "./list-words.ts";
import { type Caller, nextCommand } from "./next-command.ts";
import { phaseMark, phaseTint } from "./phase-mark.ts";
import type { Screen } from "./screen.ts";
import { shownPath } from "./shown-path.ts";
import { sizeWords } from "./size-words.ts";
import { span, type Span, styledLine } from "./styled-line.ts";
import { type Column, tableLines } from "./table-lines.ts";
import { padText } from "./text-width.ts";
import { visibleText } from "./visible-text.ts";

export interface StatusOptions {
  /** true: log, exit code and start time of each service too. */
  readonly verbose: boolean;
  /** Milliseconds since the epoch; null: a supervisor is there. */
  readonly unsupervisedSince: number | null;
  /** Complete sentences. */
  readonly hints: readonly string[];
  /** Milliseconds since the epoch; default: now. */
  readonly now?: number;
  /** The folder paths are shown from. */
  readonly cwd?: string;
  readonly caller?: Caller;
  /** What services usually take to be ready, in milliseconds, by name: for a picture that goes on. */
  readonly usual?: ReadonlyMap<string, number>;
}

/**
 * How every service stands, why those that are not up are not, the sum, and what else to know.
 *
 * @param screen Where columns do not fit, those that matter least are left out and the last one is cut.
 * @returns Lines ending with a newline.
 */
export function statusTable(
  rows: readonly ServiceStatus[],
  options: StatusOptions,
  screen: Pick<Screen, "color" | "width">,
): string {
  const { table, below, notes } = statusBlocks(rows, options, screen);
  // Nothing below the table is cut: reasons are what one came for.
  const whole = { width: Number.POSITIVE_INFINITY, color: screen.color };
  return [table, below.map((line) => styledLine(line, whole)), notes.map((line) => styledLine(line, whole))]
    .filter((lines) => lines.length > 0)
    .map((lines) => `${lines.join("\n")}\n`)
    .join("\n");
}

/** The table as lines, the facts below it (at most a line a service, in the order of the rows), and what is said of all. */
export function statusBlocks(
  rows: readonly ServiceStatus[],
  options: StatusOptions,
  screen: Pick<Screen, "color" | "width">,
): {
  readonly table: readonly string[];
  readonly below: readonly (readonly Span[])[];
  readonly notes: readonly (readonly Span[])[];
} {
  const { now = Date.now(), cwd = null, caller = "groundswell" } = options;
  const table = rows.length === 0 ? [] : tableLines(columnsAt(now), rows, screen);
  const nameWidth = Math.max(...rows.map(({ name }) => name.length));
  const below = rows.flatMap((row) => {
    const facts = detailsOf(row, options.verbose ? { now, cwd } : null, etaOf(row, now, options.usual));
    return facts.length === 0
      ? []
      : [[phaseMark(row.phase), span(` ${padText(row.name, nameWidth)}`, "strong"), span(`  ${facts.join("  ·  ")}`)]];
  });
  const notes: Span[][] = [
    ...(rows.length === 0
      ? [[span("Nothing runs here.")], [span("Next: "), span(nextCommand(caller, "start_dev"), "link")]]
      : [[summarySpan(rows)]]),
    ...(options.unsupervisedSince === null ? [] : [[unsupervisedSpan(options.unsupervisedSince, now)]]),
    ...options.hints.map((hint) => [span("hint", "link"), span(`: ${visibleText(hint)}`)]),
  ];
  return { table, below, notes };
}

function columnsAt(now: number): readonly Column<ServiceStatus>[] {
  const left = (title: string, cell: Column<ServiceStatus>["cell"]): Column<ServiceStatus> => ({ title, cell });
  const right = (title: string, worth: number | null, cell: Column<ServiceStatus>["cell"]): Column<ServiceStatus> => ({
    title,
    cell,
    alignRight: true,
    ...(worth === null ? {} : { worth }),
  });
  return [
    left("STATE", ({ phase }) => [phaseMark(phase), span(` ${phase}`, phaseTint(phase))]),
    left("NAME", ({ name }) => [span(name, "strong")]),
    right("PID", null, ({ pid }) => cellOf(pid, String)),
    right("WAVE", 1, ({ wave }) => [span(String(wave))]),
    right("UPTIME", 5, ({ uptimeMs }) => cellOf(uptimeMs, elapsedWords)),
    right("RESTARTS", 4, ({ restarts }) => [span(String(restarts), restarts === 0 ? "faint" : "warn")]),
    right("CPU", 2, ({ cpuPercent }) => cellOf(cpuPercent, (percent) => `${percent.toFixed(1)} %`)),
    right("MEMORY", 3, ({ memoryBytes }) => cellOf(memoryBytes, sizeWords)),
    left("PORTS", ({ ports }) => cellOf(ports.length === 0 ? null : ports, (list) => listWords(list, 3))),
    left("LAST PROBE", ({ healthcheck }) => probeCell(healthcheck, now)),
  ];
}

function cellOf<T>(value: T | null, words: (value: T) => string): Span[] {
  return value === null ? [span("-", "faint")] : [span(words(value))];
}

function probeCell(check: ServiceStatus["healthcheck"], now: number): Span[] {
  if (check === null) return [span("-", "faint")];
  const when = `${durationWords(check.latencyMs)}, ${elapsedWords(now - check.checkedAt)} ago`;
  return [
    // Without a check it has proven itself by living: "alive for 250 ms".
    span(check.kind === "none" ? "" : `${check.kind} `),
    span(visibleText(check.message), check.ok ? "plain" : "warn"),
    span(` (${when})`, "faint"),
  ];
}

function etaOf({ name, phase, startedAt }: ServiceStatus, now: number, usual: StatusOptions["usual"]): string | null {
  return phase === "starting" && startedAt !== null ? startingEta(now - startedAt, usual?.get(name)) : null;
}

/** Facts below the table: always the reason, the others on demand. */
function detailsOf(
  row: ServiceStatus,
  verbose: { readonly now: number; readonly cwd: string | null } | null,
  eta: string | null,
): string[] {
  const reason = row.reason === null ? [] : [visibleText(row.reason) + (eta === null ? "" : `, ${eta}`)];
  if (!verbose) return reason;
  return [
    ...reason,
    ...(row.exitCode === null ? [] : [`exit code ${row.exitCode}`]),
    ...(row.startedAt === null ? [] : [`started at ${clockWords(row.startedAt, verbose.now)}`]),
    `log ${shownPath(row.log, verbose.cwd)}`,
  ];
}

function summarySpan(rows: readonly ServiceStatus[]): Span {
  const up = rows.filter(({ phase }) => phase === "ready" || phase === "completed").length;
  if (up === rows.length) return span(`${up === 1 ? "The service is" : `All ${up} services are`} ready`, "good");
  return span(`${up} of ${countWords(rows.length, "service")} ready`, up === 0 ? "bad" : "warn");
}

function unsupervisedSpan(since: number, now: number): Span {
  const how = `unsupervised since ${clockWords(since, now)} (${elapsedWords(now - since)})`;
  return span(`${how}: nothing is restarted or watched until the next start_dev takes over`, "warn");
}
