import type { Emit } from "../model/event.ts";
import { isUp } from "../model/service-state.ts";
import type { WorkspacePaths } from "../model/workspace.ts";
import { addToHistory } from "../state/history-file.ts";

/**
 * Hears everything, and after each start writes down how long each service took to be ready. Times of services that were taken over or tried again
 * tell nothing of the next start.
 */
export function recordStartups(paths: WorkspacePaths): Emit {
  const odd = new Set<string>();
  let hasComplained = false;

  function record(startups: ReadonlyMap<string, number>): void {
    try {
      addToHistory(paths, startups);
      hasComplained = false;
    } catch (error) {
      if (!hasComplained) console.error(`history.json could not be written: ${String(error)}`);
      hasComplained = true;
    }
  }

  return (event) => {
    if (event.type === "start-planned") odd.clear();
    else if (event.type === "service-adopted") odd.add(event.service);
    else if (event.type === "service-changed" && event.state.phase === "backoff") odd.add(event.service);
    else if (event.type === "start-finished") {
      const startups = event.end.services.flatMap(({ name, state, startupMs }) =>
        startupMs === null || !isUp(state) || odd.has(name) ? [] : [[name, startupMs] as const],
      );
      // Whoever waits for the end of the start hears of it first.
      if (startups.length > 0) setImmediate(record, new Map(startups));
    }
  };
}
