/**
 * Counts Ctrl-C: the first and second are told to `interrupt`, the third to `leave`. SIGTERM counts like Ctrl-C.
 *
 * @param say Shown at each press: what happens now, and what another press would do.
 * @returns Takes the handlers off again, and says which signal came last, null when none did.
 */
export function onInterrupt(handlers: {
  readonly interrupt: (level: 1 | 2) => void;
  readonly leave: (signal: NodeJS.Signals) => void;
  readonly say: (presses: 1 | 2 | 3) => void;
}): () => NodeJS.Signals | null {
  let presses: 0 | 1 | 2 | 3 = 0;
  let last: NodeJS.Signals | null = null;
  function press(signal: NodeJS.Signals): void {
    presses = presses === 0 ? 1 : presses === 1 ? 2 : 3;
    last = signal;
    handlers.say(presses);
    if (presses === 3) handlers.leave(signal);
    else handlers.interrupt(presses);
  }
  process.on("SIGINT", press).on("SIGTERM", press);
  return () => {
    process.off("SIGINT", press).off("SIGTERM", press);
    return last;
  };
}
