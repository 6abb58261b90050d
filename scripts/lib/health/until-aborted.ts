/** The value of a promise, or null as soon as the signal is aborted; whoever made the promise then ends alone. */
export async function untilAborted<Value>(
  promise: Promise<Value>,
  signal: AbortSignal | undefined,
): Promise<Value | null> {
  if (!signal) return promise;
  if (signal.aborted) return null;
  return new Promise((resolve, reject) => {
    const abort = (): void => resolve(null);
    signal.addEventListener("abort", abort, { once: true });
    promise.then(resolve, reject).finally(() => signal.removeEventListener("abort", abort));
  });
}
