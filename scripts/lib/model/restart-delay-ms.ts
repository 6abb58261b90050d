const firstDelayMs = 500;
const longestDelayMs = 30_000;

/** How long to wait before what ended is begun again: not at all the first time, then 0.5 s, doubled each time up to 30 s. @param restarts In a row so far. */
export function restartDelayMs(restarts: number): number {
  return restarts === 0 ? 0 : Math.min(firstDelayMs * 2 ** (restarts - 1), longestDelayMs);
}

/** What has been well for so long starts to count anew. */
export const forgivenAfterMs = 60_000;
