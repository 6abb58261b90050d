import { wantsColor } from "../diagnostic/wants-color.ts";
import { boardLines } from "./board-lines.ts";
import { type BoardModel, boardModel, emptyBoard } from "./board-model.ts";
import { type HeldTerminal, holdTerminal } from "./held-terminal.ts";
import type { Note } from "./note-of.ts";
import { redraw } from "./redraw.ts";
import type { Reporter } from "./reporter.ts";
import { span, styledLine } from "./styled-line.ts";

/** At most 12 pictures a second. */
const frameMs = 84;

/**
 * A board on a terminal that is redrawn in place; notes and warnings scroll away above it, and its last picture stays.
 * The cursor comes back however the process ends, but for kill -9.
 */
export function liveBoard(
  stream: NodeJS.WriteStream,
  env: Readonly<Record<string, string | undefined>>,
  usual: BoardModel["usual"] = new Map(),
): Reporter {
  const color = wantsColor(stream, env);
  let model: BoardModel = { ...emptyBoard, usual };
  let drawn: readonly string[] = [];
  let notesPrinted = 0;
  let drawnAt = 0;
  let timer: NodeJS.Timeout | null = null;
  let isPaused = false;
  let held: HeldTerminal | null = null;
  let life: "new" | "open" | "closed" = "new";

  function draw(height: number): void {
    const columns = stream.columns || 80;
    // One column stays free: some terminals wrap as soon as the last one is filled.
    const lines = boardLines(model, columns - 1, height, Date.now(), color);
    const notes = model.notes.slice(notesPrinted).map((note) => noteLine(note, color));
    notesPrinted = model.notes.length;
    stream.write(redraw(drawn, [...notes, ...lines], columns));
    drawn = lines;
    drawnAt = performance.now();
  }

  function tick(): void {
    timer = null;
    if (isPaused) return;
    draw(screenHeight());
    if (model.doing !== "ended") schedule();
  }

  function schedule(): void {
    timer ??= setTimeout(tick, Math.max(0, frameMs - (performance.now() - drawnAt))).unref();
  }

  function screenHeight(): number {
    // The line below the board is where the cursor stands.
    return (stream.rows || 24) - 1;
  }

  function open(): void {
    life = "open";
    held = holdTerminal(stream, {
      onResize: schedule,
      onPause() {
        drawn = [];
        isPaused = true;
      },
      onResume() {
        isPaused = false;
        schedule();
      },
      onRelease: close,
    });
  }

  function close(): void {
    if (life !== "open") return;
    life = "closed";
    if (timer !== null) clearTimeout(timer);
    draw(Number.POSITIVE_INFINITY);
    held?.release();
  }

  return {
    event(event) {
      if (life === "closed") return;
      model = boardModel(model, event);
      if (life === "new") open();
      schedule();
    },
    close,
  };
}

function noteLine({ level, text }: Note, color: boolean): string {
  const look = { width: Number.POSITIVE_INFINITY, color };
  return styledLine([span(`${level}: `, level === "note" ? "faint" : "warn"), span(text)], look);
}
