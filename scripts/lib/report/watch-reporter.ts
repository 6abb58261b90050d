import type { WatchEvent } from "../model/watch-event.ts";
import { deathsText, watchText, type WatchWording } from "./watch-text.ts";

/** Those that die of one cause die together: so long their news is collected. */
const togetherMs = 15;

export interface WatchReporter {
  readonly event: (event: WatchEvent) => void;
  /** Says what is still being collected. */
  readonly close: () => void;
}

/** What happens to watch processes, in words. @param say Gets whole lines. */
export function watchReporter(wording: WatchWording, say: (text: string) => void): WatchReporter {
  let deaths: Extract<WatchEvent, { readonly type: "watch-died" }>[] = [];
  let timer: NodeJS.Timeout | null = null;

  function sayDeaths(): void {
    if (timer !== null) clearTimeout(timer);
    timer = null;
    const together = deaths;
    deaths = [];
    if (together.length > 0) say(deathsText(together, wording));
  }

  return {
    event(event) {
      if (event.type === "watch-died") {
        deaths.push(event);
        timer ??= setTimeout(sayDeaths, togetherMs);
        return;
      }
      sayDeaths();
      say(watchText(event, wording));
    },
    close: sayDeaths,
  };
}
