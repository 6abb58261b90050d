import { setTimeout as pause } from "node:timers/promises";

/**
 * Waits until a condition holds, looking every 10 ms.
 *
 * @param look What is waited for; undefined, null and false mean "not yet".
 * @param what Says in the error what did not happen; asked when it failed, so it can tell how things stand.
 * @param withinMs Only a limit for a test that hangs: never an expectation of speed.
 */
export async function until<T>(
  look: () => T | Promise<T>,
  what: string | (() => string),
  withinMs = 20_000,
): Promise<NonNullable<T>> {
  const end = performance.now() + withinMs;
  for (;;) {
    const found = await look();
    if (found !== undefined && found !== null && found !== false) return found;
    if (performance.now() > end) {
      throw new Error(`Not within ${withinMs / 1000} s: ${typeof what === "string" ? what : what()}`);
    }
    await pause(10);
  }
}
