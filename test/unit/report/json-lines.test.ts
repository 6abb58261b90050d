import { expect, test } from "vitest";
import type { Event } from "../../../scripts/lib/model/event.ts";
import { jsonReporter } from "../../../scripts/lib/report/json-lines.ts";

test("an event a line, the version on the first, the ends' fields on the top level", () => {
  const events: Event[] = [
    { type: "wave-started", at: 1, wave: 0, services: ["a"] },
    { type: "probe-failed", at: 2, service: "a", message: "two\nlines" },
    {
      type: "stop-finished",
      at: 3,
      report: { ok: true, durationMs: 1, stopped: [], forced: [], survivors: [], strangers: [] },
    },
    {
      type: "start-finished",
      at: 4,
      end: { exitCode: 0, durationMs: 5, services: [], criticalPathMs: null, oneByOneMs: null },
    },
  ];
  let text = "";
  const reporter = jsonReporter((line) => (text += line));
  for (const event of events) reporter.event(event);
  reporter.close();
  expect(text).toBe(`{"schemaVersion":1,"type":"wave-started","at":1,"wave":0,"services":["a"]}
{"type":"probe-failed","at":2,"service":"a","message":"two\\nlines"}
{"type":"stop-finished","at":3,"ok":true,"durationMs":1,"stopped":[],"forced":[],"survivors":[],"strangers":[]}
{"type":"start-finished","at":4,"exitCode":0,"durationMs":5,"services":[],"criticalPathMs":null,"oneByOneMs":null}
`);
});
