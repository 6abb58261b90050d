import { setMaxListeners } from "node:events";
import { endBySignal } from "./end-by-signal.ts";

const signals = ["SIGINT", "SIGTERM", "SIGHUP"] as const;

/**
 * Does something that Ctrl-C ends in good order: `work` has its signal aborted and is awaited, then this process ends as the signal would have it.
 * Meant for the questions a command asks other programs before it begins.
 */
export async function untilInterrupted<T>(work: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const controller = new AbortController();
  // Whatever is asked at a time listens.
  setMaxListeners(0, controller.signal);
  const causes: NodeJS.Signals[] = [];
  const interrupt = (signal: NodeJS.Signals): void => {
    causes.push(signal);
    controller.abort();
  };
  for (const signal of signals) process.on(signal, interrupt);
  try {
    return await work(controller.signal);
  } finally {
    for (const signal of signals) process.off(signal, interrupt);
    const [cause] = causes;
    if (cause !== undefined) endBySignal(cause);
  }
}
