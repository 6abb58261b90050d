import { setTimeout as delay } from "node:timers/promises";
import type { Standing } from "./ask-status.ts";
import { type Observer } from "./observe-workspace.ts";

/** Numbers that change all the time are looked at so often; events in between at once. */
const lookEveryMs = 1_000;
/** Events of one moment are one change. */
const leastPauseMs = 84;

/**
 * Looks at a workspace again and again, whoever supervises it, until it is ended.
 *
 * @param onStanding May take its time: the next look comes after it.
 */
export async function eachStanding(
  observer: Observer,
  signal: AbortSignal,
  onStanding: (standing: Standing) => Promise<void>,
): Promise<void> {
  const ended = Promise.withResolvers<void>();
  signal.addEventListener("abort", () => ended.resolve(), { once: true });
  if (signal.aborted) return;
  // A look may take its time, where probes do; whoever ends it does not wait for that.
  await Promise.race([look(), ended.promise]);
  observer.close();

  async function look(): Promise<void> {
    while (!signal.aborted) {
      await onStanding(await observer.look());
      await delay(leastPauseMs);
      if (!signal.aborted) await observer.news(lookEveryMs - leastPauseMs);
    }
  }
}
