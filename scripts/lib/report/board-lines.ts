import { isUp, type Phase } from "../model/service-state.ts";
import { type BoardModel, type BoardService, rowOf } from "./board-model.ts";
import { elapsedWords, limitWords } from "./duration-words.ts";
import { boardEta } from "./board-eta.ts";
import { startingEta } from "./eta-words.ts";
import { countWords, listWords } from "./list-words.ts";
import { phaseMark, phaseTint } from "./phase-mark.ts";
import { stateWords } from "./state-words.ts";
import { span, type Span, styledLine, type Tint } from "./styled-line.ts";
import { padText } from "./text-width.ts";
import { visibleText } from "./visible-text.ts";

const spinner = ["⠋", "⠙", "⠹", "⠸", "⠼", "⠴", "⠦", "⠧", "⠇", "⠏"] as const;
const spinnerStepMs = 100;

/**
 * The board as it should stand on the screen now. Pure.
 *
 * What fits is shown: every service wave by wave; if they are too many, those that start, stop or failed, with counts for the rest of
 * each wave; at last only as many of them as there is room for, what failed first.
 *
 * @param width Columns; longer lines are cut.
 * @param height Most lines to return; infinite for the picture that stays behind.
 * @param now Milliseconds since the epoch.
 */
export function boardLines(
  model: BoardModel,
  width: number,
  height: number,
  now: number,
  color = false,
): readonly string[] {
  const frame = [headLine(model, now), ...(model.doing === "ended" ? [] : [footLine(model)])];
  const room = Math.max(0, height - frame.length);
  // A picture of hundreds of rows that stays behind would push the reason for a failure off the screen.
  const rows = rowsThatFit(model, now, Math.min(room, 100));
  const [head = [], ...foot] = frame;
  return [head, ...rows, ...foot].slice(0, Math.max(1, height)).map((line) => styledLine(line, { width, color }));
}

type Line = readonly Span[];

function rowsThatFit(model: BoardModel, now: number, most: number): Line[] {
  const headings = model.hasWaves ? model.waves.length : 0;
  if (model.services.length + headings <= most) return everyService(model, now);
  const noteworthy = model.services.filter(isNoteworthy).length;
  if (noteworthy + model.waves.length <= most) return noteworthyByWave(model, now);
  return mostUrgent(model, now, most);
}

function everyService(model: BoardModel, now: number): Line[] {
  const nameWidth = nameWidthOf(model);
  return model.waves.flatMap((names, wave) => [
    ...(model.hasWaves ? [[span(`wave ${wave}`, "faint")]] : []),
    ...rowsOf(model, names).map((row) => serviceLine(row, { model, nameWidth, now })),
  ]);
}

function noteworthyByWave(model: BoardModel, now: number): Line[] {
  const nameWidth = nameWidthOf(model);
  return model.waves.flatMap((names, wave) => {
    const rows = rowsOf(model, names);
    return [
      [span(model.hasWaves ? `wave ${wave}  ` : "", "faint"), ...countSpans(rows)],
      ...rows.filter(isNoteworthy).map((row) => serviceLine(row, { model, nameWidth, now })),
    ];
  });
}

function mostUrgent(model: BoardModel, now: number, room: number): Line[] {
  const rows = model.services
    .filter(isNoteworthy)
    .toSorted((a, b) => urgency(a) - urgency(b) || (a.since ?? now) - (b.since ?? now));
  const isCut = rows.length > room;
  const shown = isCut ? rows.slice(0, Math.max(0, room - 1)) : rows;
  const nameWidth = nameWidthOf(model);
  return [
    ...shown.map((row) => serviceLine(row, { model, nameWidth, now })),
    ...(isCut && room > 0 ? [[span(`  … and ${rows.length - shown.length} more`, "faint")]] : []),
  ];
}

function rowsOf(model: BoardModel, names: readonly string[]): BoardService[] {
  return names.flatMap((name) => rowOf(model, name) ?? []);
}

function nameWidthOf(model: BoardModel): number {
  return Math.min(24, Math.max(0, ...model.services.map(({ name }) => name.length)));
}

const calm = 2;

function isNoteworthy(row: BoardService): boolean {
  return urgency(row) < calm;
}

/** 0: failed; 1: something goes on; 2: nothing to look at. */
function urgency({ state }: BoardService): number {
  switch (state.phase) {
    case "failed":
    case "timeout":
    case "unhealthy":
      return 0;
    case "starting":
    case "backoff":
    case "killing":
      return 1;
    default:
      return calm;
  }
}

function headLine(model: BoardModel, now: number): Line {
  const total = model.services.length;
  const waves = model.hasWaves ? ` in ${countWords(model.waves.length, "wave")}` : "";
  const title = model.title === "" ? [] : [span(visibleText(model.title), "strong"), span("  ")];
  const doing = { starting: "starting ", stopping: "stopping ", ended: "" }[model.doing];
  const elapsed =
    model.startedAt === null || model.doing === "ended" ? "" : `  ${elapsedWords(Math.max(0, now - model.startedAt))}`;
  const eta = boardEta(model, now);
  return [
    ...title,
    span(`${doing}${countWords(total, "service")}${waves}`),
    span(`${elapsed}${eta === null ? "" : `, ${eta}`}`, "faint"),
  ];
}

function footLine(model: BoardModel): Line {
  return [...countSpans(model.services), span(`   Ctrl-C ${interruptHint(model)}`, "faint")];
}

/** What the next Ctrl-C does. */
function interruptHint({ presses, doing }: BoardModel): string {
  if (presses >= 2) return "leaves it as it is";
  return presses === 1 || doing === "stopping" ? "kills what is left" : "stops what this start has started";
}

const countNames: readonly (readonly [noun: string, tint: Tint, ...phases: Phase[]])[] = [
  ["ready", "good", "ready", "completed"],
  ["failed", "bad", "failed", "timeout"],
  ["unhealthy", "warn", "unhealthy"],
  ["starting", "plain", "starting", "backoff"],
  ["waiting", "faint", "pending"],
  ["skipped", "warn", "skipped"],
  ["stopping", "plain", "killing"],
  ["stopped", "faint", "killed"],
];

/** "3 ready · 1 starting". */
function countSpans(rows: readonly BoardService[]): Span[] {
  const counts = countNames.flatMap(([noun, tint, ...phases]) => {
    const count = rows.filter(({ state }) => phases.includes(state.phase)).length;
    return count === 0 ? [] : [span(`${count} ${noun}`, tint)];
  });
  return counts.flatMap((count, index) => (index === 0 ? [count] : [span(" · ", "faint"), count]));
}

interface RowSetting {
  readonly model: BoardModel;
  readonly nameWidth: number;
  readonly now: number;
}

function serviceLine(row: BoardService, { model, nameWidth, now }: RowSetting): Line {
  const { state } = row;
  const goesOn = state.phase === "starting" || state.phase === "killing";
  const frame = spinner[Math.floor(now / spinnerStepMs) % spinner.length] ?? spinner[0];
  const tint = phaseTint(state.phase);
  return [
    span("  "),
    goesOn ? span(frame, "link") : phaseMark(state.phase),
    span(" "),
    span(padText(row.name, nameWidth), state.phase === "pending" ? "faint" : "plain"),
    span("  "),
    span(rowWords(row, model, now), tint === "good" ? "plain" : tint),
    span(facts(row), "faint"),
  ];
}

function rowWords(row: BoardService, model: BoardModel, now: number): string {
  const { state, since } = row;
  const elapsed = since === null ? "" : `  ${elapsedWords(now - since)}`;
  if (row.unchanged && state.phase === "ready") return "running already";
  if (state.phase === "killing") return `stopping${elapsed}`;
  if (state.phase === "pending" && state.waitingFor.length === 0) {
    const missing = row.needs.filter((name) => !isUp(rowOf(model, name)?.state ?? state));
    return stateWords({ phase: "pending", waitingFor: missing });
  }
  if (state.phase !== "starting") return stateWords(state);
  // Near its deadline a service's limit is worth knowing; its first spawn was a moment before we heard of it.
  const limit = Math.round((state.deadline - (since ?? state.startedAt)) / 100) * 100;
  const isLate = since !== null && now - since > limit / 2;
  const eta = startingEta(now - (since ?? state.startedAt), model.usual.get(row.name));
  return `${stateWords(state)}${elapsed}${isLate ? ` of ${limitWords(limit)}` : ""}${eta === null ? "" : `, ${eta}`}`;
}

function facts({ state, detail, ports }: BoardService): string {
  if (state.phase === "ready") {
    return `   pid ${state.pid}${ports.length === 0 ? "" : `  port ${listWords(ports, 5)}`}`;
  }
  const isWaiting = state.phase === "starting" || state.phase === "killing";
  return isWaiting && detail !== null ? `   ${visibleText(detail)}` : "";
}
