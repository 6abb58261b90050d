import type { Event } from "../model/event.ts";
import { listWords } from "./list-words.ts";
import { visibleText } from "./visible-text.ts";

/** Something said once beside the state of services. */
export interface Note {
  readonly level: "note" | "warning";
  readonly text: string;
}

/** What an event says beside the state of services; null for most. */
export function noteOf(event: Event): Note | null {
  switch (event.type) {
    case "service-restarting":
      return { level: "note", text: `${event.service} restarts: ${restartWords(event)}` };
    case "service-adopted":
      return { level: "note", text: `${event.service} was running without a supervisor: taken over, pid ${event.pid}` };
    case "leftover-killed": {
      const port = event.port === null ? "" : ` that held port ${event.port}`;
      return {
        level: "warning",
        text: `a process of an earlier run of ${event.service}${port} was killed (pid ${event.pid})`,
      };
    }
    case "record-damaged":
      return {
        level: "warning",
        text: `${visibleText(event.file)} was damaged and is now ${visibleText(event.movedTo)} [RECORD_DAMAGED]`,
      };
    case "operation-queued":
      return { level: "note", text: `waiting for the ${event.behind} that is under way` };
    case "operation-joined":
      return { level: "note", text: "this start is under way already: following it" };
    case "interrupted":
      return { level: "note", text: interruptWords[event.presses] };
    case "warning":
      return { level: "warning", text: `${visibleText(event.message)} [${event.code}]` };
    default:
      return null;
  }
}

const interruptWords = {
  1: "stopping what this start has started; Ctrl-C once more kills it at once",
  2: "killing what is left; Ctrl-C once more leaves it as it is",
  3: "left as it is: status tells what still runs",
} as const;

function restartWords({ because, keys }: Extract<Event, { type: "service-restarting" }>): string {
  switch (because) {
    case "changed":
      return keys.length === 0 ? "its definition changed" : `${listWords(keys.map(visibleText), 4)} changed`;
    case "unhealthy":
      return "it is unhealthy";
    case "asked":
      return "as asked";
    case "fresh":
      return "everything starts afresh";
    case "dependency":
      return "a dependency restarted";
  }
}
