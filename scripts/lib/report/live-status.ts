import { wantsColor } from "../diagnostic/wants-color.ts";
import { holdTerminal } from "./held-terminal.ts";
import type { Caller } from "./next-command.ts";
import { presentLoad } from "./present-load.ts";
import { redraw } from "./redraw.ts";
import { statusBoardLines } from "./status-board.ts";
import type { StatusScreen } from "./status-screen.ts";
import type { StatusView } from "./status-view.ts";

/** A table on a terminal that is redrawn in place; its last picture stays. @param keys Told when the shell takes over, and when it is over. */
export function liveStatus(
  stream: NodeJS.WriteStream,
  options: {
    readonly env: Readonly<Record<string, string | undefined>>;
    readonly cwd: string;
    readonly caller: Caller;
    readonly verbose: boolean;
    /** What services usually take to be ready, in milliseconds, by name. */
    readonly usual: () => ReadonlyMap<string, number>;
  },
  keys: { readonly pause: () => void; readonly resume: () => void },
): StatusScreen {
  const color = wantsColor(stream, options.env);
  const loaded = presentLoad();
  let view: StatusView | null = null;
  let drawn: readonly string[] = [];
  let isPaused = false;

  function draw(height: number): void {
    if (view === null) return;
    const columns = stream.columns || 80;
    const { verbose, cwd, caller } = options;
    const isStarting = view.rows.some(({ phase }) => phase === "starting");
    const usual = isStarting ? options.usual() : new Map<string, number>();
    // One column stays free: some terminals wrap as soon as the last one is filled.
    const lines = statusBoardLines(view, { verbose, cwd, caller, usual, height }, { color, width: columns - 1 });
    stream.write(redraw(drawn, lines, columns));
    drawn = lines;
  }

  // The line below the picture is where the cursor stands.
  const drawNow = (): void => {
    if (!isPaused) draw((stream.rows || 24) - 1);
  };
  const held = holdTerminal(stream, {
    onResize: drawNow,
    onPause() {
      drawn = [];
      isPaused = true;
      keys.pause();
    },
    onResume() {
      isPaused = false;
      keys.resume();
      drawNow();
    },
    onRelease: () => draw(Number.POSITIVE_INFINITY),
  });
  return {
    show(next) {
      view = { ...next, rows: loaded(next.rows, performance.now()) };
      drawNow();
    },
    close: held.release,
  };
}
