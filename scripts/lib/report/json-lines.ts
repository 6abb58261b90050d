import type { Event } from "../model/event.ts";
import type { Reporter } from "./reporter.ts";

/** NDJSON for programs: an event a line; the first line carries `schemaVersion`, the ends carry their fields on the top level. */
export function jsonReporter(write: (text: string) => void): Reporter {
  let isFirst = true;
  return {
    event(event) {
      const line = isFirst ? { schemaVersion: 1, ...flat(event) } : flat(event);
      isFirst = false;
      write(`${JSON.stringify(line)}\n`);
    },
    close: () => undefined,
  };
}

function flat(event: Event): object {
  const { type, at } = event;
  if (event.type === "start-finished") return { type, at, ...event.end };
  if (event.type === "stop-finished") return { type, at, ...event.report };
  return event;
}
