const hideCursor = "\u001B[?25l";
const showCursor = "\u001B[?25h";
const endings = ["SIGINT", "SIGTERM", "SIGHUP"] as const;

/** A terminal on which something is redrawn in place. */
export interface HeldTerminal {
  /** Gives the cursor back. Does nothing the second time. */
  readonly release: () => void;
}

export interface TerminalHandlers {
  readonly onResize: () => void;
  /**
   * Ctrl-Z: the shell takes over, and writes below the old picture. Until `onResume` nothing may be drawn, though timers may fire before that, and
   * then a new picture begins.
   */
  readonly onPause: () => void;
  readonly onResume: () => void;
  /** The last moment to draw something. */
  readonly onRelease: () => void;
}

/** Hides the cursor until it is released, or the process ends, however it does but for kill -9. */
export function holdTerminal(stream: NodeJS.WriteStream, handlers: TerminalHandlers): HeldTerminal {
  const { onResize, onPause, onResume, onRelease } = handlers;
  let isHeld = true;

  function release(): void {
    if (!isHeld) return;
    isHeld = false;
    stream.off("resize", onResize);
    process.off("exit", release).off("SIGTSTP", pause).off("SIGCONT", resume);
    for (const signal of endings) process.off(signal, end);
    onRelease();
    stream.write(showCursor);
  }

  function end(signal: NodeJS.Signals): void {
    // A command that minds the signal releases the terminal itself.
    if (process.listenerCount(signal) > 1) return;
    release();
    process.kill(process.pid, signal);
  }

  function pause(): void {
    stream.write(showCursor);
    onPause();
    process.kill(process.pid, "SIGSTOP");
  }

  function resume(): void {
    stream.write(hideCursor);
    onResume();
  }

  stream.write(hideCursor);
  stream.on("resize", onResize);
  process.on("exit", release).on("SIGTSTP", pause).on("SIGCONT", resume);
  for (const signal of endings) process.on(signal, end);
  return { release };
}
