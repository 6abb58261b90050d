import type { WatchEvent } from "../model/watch-event.ts";
import { durationWords } from "./duration-words.ts";
import { listWords } from "./list-words.ts";
import type { Screen } from "./screen.ts";
import { shownPath } from "./shown-path.ts";
import { typedCommand } from "./typed-command.ts";
import { span, type Span, styledLine, type Tint } from "./styled-line.ts";
import { visibleName } from "./visible-name.ts";
import { lastLinesOf, watchCodeWords, watchFailureWords } from "./watch-words.ts";

/** What a death shows of what was said before it. */
const lastLines = 5;

type Died = Extract<WatchEvent, { readonly type: "watch-died" }>;

export interface WatchWording {
  readonly color: Screen["color"];
  /** The folder the user stands in. */
  readonly cwd: string;
  /** The raw log of a repository, and its folder. */
  readonly logOf: (repository: string) => string;
  readonly folderOf: (repository: string) => string;
  /** Whether keys are read: then they are told. */
  readonly hasKeys: boolean;
}

/** An event as whole lines; "" where there is nothing to say. */
export function watchText(event: Exclude<WatchEvent, Died>, wording: WatchWording): string {
  const say = (...lines: readonly (readonly Span[])[]): string => textOf(lines, wording);
  switch (event.type) {
    case "watch-started":
      return say(of(event, "Watch started - monitoring for changes", "good"));
    case "watch-failed":
      return say(
        of(event, `Failed to start watch: ${watchFailureWords(event.end, event.lastOutput)}`, "bad"),
        ...hints(event, wording).map((hint) => [span("  hint: ", "link"), span(hint)]),
      );
    case "watch-restarted":
      return say(of(event, event.restarts === 0 ? "Watch restarted" : `Watch restarted (${event.restarts} in a row)`));
    case "watch-settled":
      return settledText(event, wording);
    case "watch-stopping":
      return say([span("Stopping all watch processes...", "strong")]);
    case "watch-stopped":
      return say(event.forced ? of(event, "Watch forcefully killed", "warn") : of(event, "Watch terminated"));
    case "watch-survived":
      return say(of(event, `Error stopping: nothing could end PID ${listWords(event.pids, 5)}`, "bad"));
    case "watch-unlogged":
      return say(of(event, `Its log cannot be written (${event.errno}); it goes on without`, "warn"));
  }
}

/** Those that died together. */
export function deathsText(deaths: readonly Died[], wording: WatchWording): string {
  const lines = deaths.flatMap((death) => [
    [span(`  ${visibleName(death.repository)} (exit code: ${watchCodeWords(death.end)})`, "bad"), after(death)],
    ...lastLinesOf(death.lastOutput, lastLines).map((line) => [span(`    ${line}`, "faint")]),
  ]);
  return textOf([[span("Watch process failures detected:", "bad")], ...lines], wording);
}

function after({ restartMs }: Died): Span {
  if (restartMs === null) return span("");
  return span(restartMs === 0 ? ": restarting now" : `: restarting in ${durationWords(restartMs)}`);
}

function settledText(
  { running, total }: { readonly running: number; readonly total: number },
  wording: WatchWording,
): string {
  if (running === 0) return textOf([[span("Failed to start any watch processes", "bad")]], wording);
  const keys = wording.hasKeys ? " (r: restart, s: memory and CPU, q: stop)" : "";
  return textOf(
    [
      ...(running < total ? [[span(`Watch running in ${running} of ${total} repositories.`, "warn")]] : []),
      [span("Press Ctrl-C to stop all watchers..."), span(keys, "faint")],
    ],
    wording,
  );
}

function hints(
  { repository, end, argv }: Extract<WatchEvent, { readonly type: "watch-failed" }>,
  { cwd, logOf, folderOf }: WatchWording,
): readonly string[] {
  if (end.kind === "inaccessible") return [];
  const isDone = end.kind === "exited" && end.code === 0;
  return [
    ...(isDone ? ["It ended with exit code 0: what comes to an end by itself is for run."] : []),
    `Its output is in ${shownPath(logOf(repository), cwd)}.`,
    `To try it by itself: ${typedCommand(folderOf(repository), argv, cwd)}`,
  ];
}

function of({ repository }: { readonly repository: string }, text: string, tint: Tint = "plain"): readonly Span[] {
  return [span(`[${visibleName(repository)}] `), span(text, tint)];
}

function textOf(lines: readonly (readonly Span[])[], { color }: WatchWording): string {
  return lines.map((line) => `${styledLine(line, { width: Number.POSITIVE_INFINITY, color })}\n`).join("");
}
