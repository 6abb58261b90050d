import { isUp, type ServiceState } from "../model/service-state.ts";
import type { ServiceRecord } from "../model/state-document.ts";
import type { WaitEnd } from "../model/wait-end.ts";
import { durationWords, elapsedWords, limitWords } from "./duration-words.ts";
import { countWords } from "./list-words.ts";
import { type Caller, nextCommand } from "./next-command.ts";
import { phaseMark } from "./phase-mark.ts";
import type { Screen } from "./screen.ts";
import { stateReason } from "./state-reason.ts";
import { stateWords } from "./state-words.ts";
import { span, type Span, styledLine } from "./styled-line.ts";
import { padText } from "./text-width.ts";
import { visibleText } from "./visible-text.ts";

/** What `wait` ends with. 124 is what the program `timeout` ends with. */
export const waitExitCodes = { ready: 0, failed: 1, "nothing-runs": 3, "timed-out": 124 } as const satisfies Record<
  WaitEnd["kind"],
  number
>;

export interface WaitSummaryOptions {
  readonly timeoutMs: number;
  readonly caller: Caller;
  /** Milliseconds since the epoch; default: now. */
  readonly now?: number;
}

/**
 * How a wait ended, and of each service that is not ready, why.
 *
 * @returns Lines ending with a newline.
 */
export function waitSummary(
  end: WaitEnd,
  { timeoutMs, caller, now = Date.now() }: WaitSummaryOptions,
  { color }: Pick<Screen, "color">,
): string {
  const open = end.services.filter(({ state }) => !isUp(state));
  const nameWidth = Math.max(0, ...[...open.map(({ name }) => name), ...end.unmet].map((name) => name.length));
  const lines: Span[][] = [
    headline(end, timeoutMs),
    ...open.map((service) => [
      phaseMark(service.state.phase),
      span(` ${padText(service.name, nameWidth)}  ${openWords(service, now)}`),
    ]),
    ...end.unmet.map((name) => [phaseMark("pending"), span(` ${padText(name, nameWidth)}  not started`)]),
    ...nextSteps(end, caller),
  ];
  return `${lines.map((line) => styledLine(line, { width: Number.POSITIVE_INFINITY, color })).join("\n")}\n`;
}

/** What `wait --json` prints. */
export function waitDocument(end: WaitEnd): object {
  return {
    schemaVersion: 1,
    outcome: end.kind,
    exitCode: waitExitCodes[end.kind],
    waitedMs: end.waitedMs,
    supervisor: end.supervisor.kind === "live" ? { pid: end.supervisor.pid } : null,
    failed: end.failed,
    services: [
      ...end.services.map(({ name, wave, state, lastProbe }) => ({
        name,
        phase: state.phase,
        reason: stateReason(state),
        wave,
        lastProbe: lastProbe?.message ?? null,
      })),
      ...end.unmet.map((name) => ({ name, phase: "pending", reason: "not started", wave: null, lastProbe: null })),
    ],
  };
}

/** Said while it waits: what is told from now on comes from the disk. */
export function silenceLine({ color }: Pick<Screen, "color">): string {
  const text = "The supervisor does not answer; going by the records on disk [SUPERVISOR_UNRESPONSIVE]";
  return `${styledLine([span("warning: ", "warn"), span(text)], { width: Number.POSITIVE_INFINITY, color })}\n`;
}

function headline({ kind, services, unmet, failed, waitedMs }: WaitEnd, timeoutMs: number): Span[] {
  const total = services.length + unmet.length;
  switch (kind) {
    case "ready": {
      const who = total === 1 ? `${services[0]?.name} is` : `All ${total} services are`;
      return [span(`${who} ready`, "good"), span(waitedMs < 100 ? "" : ` after ${durationWords(waitedMs)}`)];
    }
    case "failed":
      return [span(`${countWords(failed.length, "service")} will not be ready`, "bad"), span(`: ${failed.join(", ")}`)];
    case "timed-out": {
      const up = services.filter(({ state }) => isUp(state)).length;
      return [span(`Not ready within ${limitWords(timeoutMs)}`, "bad"), span(`: ${up} of ${total} are`)];
    }
    case "nothing-runs":
      return [span(`Nothing runs here, and nothing was started within ${limitWords(timeoutMs)}`, "bad")];
  }
}

function openWords({ state, lastProbe }: ServiceRecord, now: number): string {
  const words = stateWords(state);
  if (state.phase !== "starting" && state.phase !== "backoff") return words;
  const since = state.phase === "starting" ? ` for ${elapsedWords(now - state.startedAt)}` : "";
  return `${words}${since}${lastProbe === null || lastProbe.ok ? "" : `: ${visibleText(lastProbe.message)}`}`;
}

function nextSteps({ kind, services, failed, supervisor }: WaitEnd, caller: Caller): Span[][] {
  const next = (...commands: readonly string[]): Span[] => [
    span("Next: "),
    ...commands.flatMap((command, index) => [span(index === 0 ? "" : "  ·  ", "faint"), span(command, "link")]),
  ];
  const start = nextCommand(caller, "start_dev");
  if (kind === "ready") return [];
  if (kind === "nothing-runs") return [next(start)];
  const unwatched =
    kind === "timed-out" && supervisor.kind === "absent" ? [[span("No supervisor watches over them.", "warn")]] : [];
  const first = failed[0] ?? services.find(({ state }) => hasLog(state))?.name;
  const look = first === undefined ? [] : [nextCommand(caller, "logs", [first])];
  return [...unwatched, next(...look, kind === "timed-out" ? nextCommand(caller, "status") : start)];
}

/** Whether it was spawned, and its log may tell more. */
function hasLog({ phase }: ServiceState): boolean {
  return phase === "starting" || phase === "backoff" || phase === "unhealthy";
}
