export interface Interruption {
  /** Aborted by the first SIGINT, SIGTERM or SIGHUP. */
  readonly signal: AbortSignal;
  /** Which one it was; null: none came. Hand it to `endBySignal` when everything is tidied up. */
  readonly cause: () => NodeJS.Signals | null;
}

/** From now on a signal does not end the process at once: a command that goes on for ever can end in good order. */
export function interruption(): Interruption {
  const controller = new AbortController();
  let cause: NodeJS.Signals | null = null;
  const interrupt = (signal: NodeJS.Signals): void => {
    cause ??= signal;
    controller.abort();
  };
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(signal, interrupt);
  return { signal: controller.signal, cause: () => cause };
}
