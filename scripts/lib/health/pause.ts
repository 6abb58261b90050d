/** Waits; at most until the signal is aborted. A timer that is not `held` does not keep the process alive. */
export async function pause(ms: number, signal: AbortSignal, options: { readonly held: boolean }): Promise<void> {
  if (signal.aborted) return;
  return new Promise((resolve) => {
    const finish = (): void => {
      clearTimeout(timer);
      signal.removeEventListener("abort", finish);
      resolve();
    };
    const timer = setTimeout(finish, ms);
    if (!options.held) timer.unref();
    signal.addEventListener("abort", finish);
  });
}
