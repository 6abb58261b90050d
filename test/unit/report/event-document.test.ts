import { expect, test } from "vitest";
import type { Event } from "../../../scripts/lib/model/event.ts";
import type { FailureReason, ServiceState } from "../../../scripts/lib/model/service-state.ts";
import { loggedEvent } from "../../../scripts/lib/report/event-document.ts";

const probe = "exit code 1; output: hunter2";
const evidence = { attempts: 1, lastProbe: probe, listening: [] };
const taken = { kind: "port-taken", port: 80, pid: 7, command: "redis-server --requirepass hunter2" } as const;
const held = "port 80 is held by pid 7 (redis-server --requirepass hunter2)";

const reasons: readonly FailureReason[] = [
  { kind: "unhealthy", lastProbe: probe },
  taken,
  { kind: "verification", finding: "port-not-held", detail: held },
  { kind: "verification", finding: "not-healthy", detail: probe },
];
const states: readonly ServiceState[] = [
  { phase: "unhealthy", pid: 7, startedAt: 1, startupMs: 2, lastProbe: probe },
  { phase: "timeout", deadlineMs: 500, evidence },
  ...reasons.map((reason) => ({ phase: "failed", reason, evidence }) as const),
  ...reasons.map((last) => ({ phase: "backoff", until: 3, attempt: 1, last }) as const),
];

test.each(states)("what a check wrote and what programs were called with get into no file: $phase, %j", (state) => {
  const end = { name: "web", wave: 0, state, startupMs: null, unchanged: false, url: null };
  const events: readonly Event[] = [
    { type: "service-changed", at: 1, service: "web", wave: 0, state },
    { type: "service-unchanged", at: 1, service: "web", wave: 0, state },
    {
      type: "start-finished",
      at: 1,
      end: { exitCode: 1, durationMs: 5, services: [end], criticalPathMs: null, oneByOneMs: null },
    },
  ];
  for (const event of events) {
    const text = JSON.stringify(loggedEvent(event));
    expect(text).not.toContain("hunter2");
    expect(text).toContain(state.phase);
  }
});

test("what is left of them", () => {
  expect(loggedEvent({ type: "probe-failed", at: 1, service: "web", message: probe })).toMatchObject({
    message: "exit code 1",
  });
  const survivors = [{ service: "web", pid: 7, command: "node server.js --token hunter2" }];
  const report = { ok: false, durationMs: 5, stopped: [], forced: [], survivors, strangers: [] };
  expect(loggedEvent({ type: "stop-finished", at: 1, report })).toMatchObject({
    survivors: [{ service: "web", pid: 7, command: "node" }],
  });
  const reason = { kind: "verification", finding: "port-not-held", detail: held } as const;
  const state: ServiceState = { phase: "failed", reason, evidence };
  expect(loggedEvent({ type: "service-changed", at: 1, service: "web", wave: 0, state })).toMatchObject({
    state: { reason: { detail: "port 80 is held by pid 7 (redis-server)" }, evidence: { lastProbe: "exit code 1" } },
  });
});
