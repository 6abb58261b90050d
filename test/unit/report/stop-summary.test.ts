import { expect, test } from "vitest";
import type { StopReport } from "../../../scripts/lib/model/event.ts";
import { stopSummary } from "../../../scripts/lib/report/stop-summary.ts";

function summary(report: Partial<StopReport>, color = false): string {
  const whole = { ok: true, durationMs: 420, stopped: [], forced: [], survivors: [], strangers: [], ...report };
  return stopSummary(whole, { color }, { caller: "npm" });
}

test("nothing ran", () => {
  expect(summary({})).toBe("Nothing was running.\n");
});

test("what was asked for did not run: of others nothing is said", () => {
  const whole = { ok: true, durationMs: 4, stopped: [], forced: [], survivors: [], strangers: [] };
  const text = (...asked: readonly string[]) => stopSummary(whole, { color: false }, { asked });
  expect(text("crash")).toBe("crash was not running.\n");
  expect(text("crash", "web", "crash")).toBe("crash, web were not running.\n");
});

test("all went well", () => {
  expect(summary({ stopped: ["a", "b", "c", "d", "e"] })).toBe("Stopped 5 services in 0.42 s\n");
  expect(summary({ stopped: ["redis"] }, true)).toBe("\u001B[32mStopped redis in 0.42 s\u001B[39m\n");
});

test("what was forced is warned of by name, a stranger on a port is a note", () => {
  expect(
    summary({
      stopped: ["web", "db"],
      forced: ["web"],
      strangers: [
        { service: "db", port: 5432, pid: 99 },
        { service: "web", port: 80, pid: null },
      ],
    }),
  ).toBe(`! web had to be killed (SIGKILL)
note: port 5432 of db is held by pid 99, not ours
note: port 80 of web is held by a process of another user, not ours
Stopped 2 services in 0.42 s
`);
});

test("survivors are named with pid and command", () => {
  const survivors = [
    { service: "web", pid: 12, command: "node \u001B[2Jweb.js" },
    { service: "web", pid: 13, command: "sh -c x" },
  ];
  expect(summary({ ok: false, stopped: ["db"], survivors })).toBe(`✗ web is still there: pid 12  node web.js
✗ web is still there: pid 13  sh -c x
2 processes are left after 0.42 s.
Next: npm run stop -- --force
`);
  expect(summary({ ok: false, survivors: survivors.slice(0, 1) }, true)).toBe(
    "\u001B[31m✗ \u001B[39mweb is still there: pid 12  node web.js\n" +
      "\u001B[31m1 process is left after 0.42 s.\u001B[39m\n" +
      "Next: \u001B[36mnpm run stop -- --force\u001B[39m\n",
  );
});
