import { eventDocument } from "./event-document.ts";
import type { Reporter } from "./reporter.ts";

/** NDJSON for programs: an event a line; the first line carries `schemaVersion`, the ends carry their fields on the top level. */
export function jsonReporter(write: (text: string) => void): Reporter {
  let isFirst = true;
  return {
    event(event) {
      const document = eventDocument(event);
      write(`${JSON.stringify(isFirst ? { schemaVersion: 1, ...document } : document)}\n`);
      isFirst = false;
    },
    close: () => undefined,
  };
}
