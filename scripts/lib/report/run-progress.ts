import type { RunEvent } from "../model/run-event.ts";
import { elapsedWords } from "./duration-words.ts";
import { holdTerminal, type HeldTerminal } from "./held-terminal.ts";
import { listWords } from "./list-words.ts";
import { visibleName } from "./visible-name.ts";
import { span, styledLine } from "./styled-line.ts";

/** What is over before that needs no progress. */
const quietMs = 300;
const frameMs = 100;

/** One line on a terminal that says how far a run has come. */
export interface RunProgress {
  readonly event: (event: RunEvent) => void;
  /** Takes the line away while something else is written. */
  readonly around: <T>(write: () => Promise<T>) => Promise<T>;
  readonly close: () => void;
}

/** For where there is no terminal. */
export const noProgress: RunProgress = { event: () => {}, around: (write) => write(), close: () => {} };

export function runProgress(stream: NodeJS.WriteStream, color: boolean): RunProgress {
  const began = performance.now();
  const running = new Map<number, string>();
  let [total, ended, failed] = [0, 0, 0];
  let isDrawn = false;
  let hidden = 0;
  let isPaused = false;
  let held: HeldTerminal | null = null;
  const timer = setInterval(draw, frameMs).unref();

  function line(): string {
    const parts = [`${ended} of ${total} done`, ...(failed > 0 ? [`${failed} failed`] : [])];
    const names = running.size === 0 ? "" : `, running: ${listWords([...running.values()].map(visibleName), 3)}`;
    const elapsed = ` (${elapsedWords(performance.now() - began)})`;
    const width = (stream.columns || 80) - 1;
    return styledLine([span(parts.join(", "), "strong"), span(names), span(elapsed, "faint")], { width, color });
  }

  function draw(): void {
    if (hidden > 0 || isPaused || total === 0 || performance.now() - began < quietMs) return;
    held ??= holdTerminal(stream, {
      onResize: () => {},
      onPause() {
        erase();
        isPaused = true;
      },
      onResume() {
        isPaused = false;
      },
      onRelease: erase,
    });
    stream.write(`\r${line()}\u001B[K`);
    isDrawn = true;
  }

  function erase(): void {
    if (isDrawn) stream.write("\r\u001B[K");
    isDrawn = false;
  }

  return {
    event(event) {
      if (event.type === "run-began") total = event.total;
      else if (event.type === "command-began") running.set(event.index, event.repository.name);
      else if (event.type === "command-ended") {
        running.delete(event.outcome.index);
        ended += 1;
        if (event.outcome.result.kind !== "ok" && event.outcome.result.kind !== "skipped") failed += 1;
      }
    },
    async around(write) {
      hidden += 1;
      erase();
      try {
        return await write();
      } finally {
        hidden -= 1;
      }
    },
    close() {
      clearInterval(timer);
      erase();
      held?.release();
    },
  };
}
