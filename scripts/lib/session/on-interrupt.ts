import { isEcho } from "./is-echo.ts";

/**
 * Counts Ctrl-C: the first and second are told to `interrupt`, the third to `leave`. SIGTERM counts like Ctrl-C.
 *
 * @param hangUp true: a terminal that is closed (SIGHUP) counts as the first Ctrl-C. As more it never counts: the kernel and the shell both send it.
 * @param say Shown at each press: what happens now, and what another press would do.
 * @returns Takes the handlers off again, and says which signal came last, null when none did.
 */
export function onInterrupt(handlers: {
  readonly hangUp?: boolean;
  readonly interrupt: (level: 1 | 2) => void;
  readonly leave: (signal: NodeJS.Signals) => void;
  readonly say: (presses: 1 | 2 | 3) => void;
}): () => NodeJS.Signals | null {
  let presses: 0 | 1 | 2 | 3 = 0;
  let last: NodeJS.Signals | null = null;
  function press(signal: NodeJS.Signals): void {
    if (isEcho(signal)) return;
    presses = presses === 0 ? 1 : presses === 1 ? 2 : 3;
    last = signal;
    handlers.say(presses);
    if (presses === 3) handlers.leave(signal);
    else handlers.interrupt(presses);
  }
  function hangUp(signal: NodeJS.Signals): void {
    if (presses === 0) press(signal);
  }
  process.on("SIGINT", press).on("SIGTERM", press);
  if (handlers.hangUp === true) process.on("SIGHUP", hangUp);
  return () => {
    process.off("SIGINT", press).off("SIGTERM", press).off("SIGHUP", hangUp);
    return last;
  };
}
