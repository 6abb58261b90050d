import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { ServiceState } from "../../../scripts/lib/model/service-state.ts";
import { type Occurrence, transition } from "../../../scripts/lib/orchestrator/transition.ts";

const evidence = { attempts: 1, lastProbe: null, listening: [] };
const exited = { kind: "exited", code: 1, beforeReady: true } as const;

const states: readonly ServiceState[] = [
  { phase: "pending", waitingFor: ["db"] },
  { phase: "starting", pid: 7, attempt: 1, startedAt: 1_000, deadline: 2_000 },
  { phase: "ready", pid: 7, startedAt: 1_000, startupMs: 50 },
  { phase: "unhealthy", pid: 7, startedAt: 1_000, startupMs: 50, lastProbe: "status 503" },
  { phase: "backoff", until: 3_000, attempt: 1, last: exited },
  { phase: "failed", reason: exited, evidence },
  { phase: "timeout", deadlineMs: 60_000, evidence },
  { phase: "killing", pid: 7, since: 4_000 },
  { phase: "killed", forced: false, at: 5_000 },
  { phase: "completed", startupMs: 50, at: 5_000 },
  { phase: "skipped", because: { dependency: "db", condition: "healthy", found: "failed" } },
];

const occurrences: readonly Occurrence[] = [
  { type: "planned", waitingFor: [] },
  { type: "spawned", pid: 8, attempt: 2, at: 6_000, deadline: 7_000 },
  { type: "adopted", state: { phase: "ready", pid: 9, startedAt: 1, startupMs: 2 } },
  { type: "healthy", startupMs: 60 },
  { type: "sick", lastProbe: "refused" },
  { type: "completed", startupMs: 60, at: 6_000 },
  { type: "failed", reason: exited, evidence },
  { type: "retry", until: 6_000, attempt: 1, last: exited },
  { type: "deadline", deadlineMs: 60_000, evidence },
  { type: "skipped", because: { dependency: "db", condition: "healthy", found: "failed" } },
  { type: "stop-asked", at: 6_000 },
  { type: "survived", at: 6_000, why: "it could not be stopped" },
  { type: "lost" },
  { type: "stopped", forced: true, at: 6_000 },
];

/** The drawing of docs/architecture.md as a table: what is not in it is illegal. Written by hand, not derived from the code. */
const drawing: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  pending: {
    planned: "pending",
    spawned: "starting",
    adopted: "ready",
    failed: "failed",
    skipped: "skipped",
    "stop-asked": "killing",
  },
  starting: {
    healthy: "ready",
    completed: "completed",
    failed: "failed",
    retry: "backoff",
    deadline: "timeout",
    lost: "pending",
    "stop-asked": "killing",
  },
  ready: { sick: "unhealthy", failed: "failed", retry: "backoff", "stop-asked": "killing" },
  unhealthy: { healthy: "ready", sick: "unhealthy", failed: "failed", retry: "backoff", "stop-asked": "killing" },
  backoff: {
    planned: "pending",
    spawned: "starting",
    adopted: "ready",
    failed: "failed",
    deadline: "timeout",
    "stop-asked": "killing",
  },
  failed: { planned: "pending", adopted: "ready" },
  timeout: { planned: "pending", adopted: "ready" },
  killing: { survived: "unhealthy", stopped: "killed" },
  killed: { planned: "pending", adopted: "ready" },
  completed: { planned: "pending", adopted: "ready", "stop-asked": "killing" },
  skipped: { planned: "pending", adopted: "ready" },
};

describe("every state meets every occurrence as it is drawn", () => {
  test.each(states)("$phase", (state) => {
    const seen = Object.fromEntries(
      occurrences.flatMap((occurrence) => {
        const next = transition(state, occurrence);
        return next === null ? [] : [[occurrence.type, next.phase]];
      }),
    );
    expect(seen).toEqual(drawing[state.phase]);
  });
});

test("a process is carried from starting to ready, unhealthy and killing, and never comes from nowhere", () => {
  fc.assert(
    fc.property(fc.array(fc.constantFrom(...occurrences), { maxLength: 40 }), (happened) => {
      let state: ServiceState = { phase: "pending", waitingFor: [] };
      let spawnedPid: number | null = null;
      for (const occurrence of happened) {
        const next = transition(state, occurrence);
        if (next === null) continue;
        if (occurrence.type === "spawned") spawnedPid = occurrence.pid;
        if (occurrence.type === "adopted") spawnedPid = 9;
        if ("pid" in next && next.pid !== null) expect(next.pid).toBe(spawnedPid);
        // Only the end of a kill, good or bad, may follow a kill that began.
        if (state.phase === "killing") expect(["killed", "unhealthy"]).toContain(next.phase);
        state = next;
      }
    }),
    { numRuns: 2_000, verbose: fc.VerbosityLevel.Verbose },
  );
});

test("becoming ready again keeps what was measured at the start", () => {
  const sick: ServiceState = { phase: "unhealthy", pid: 7, startedAt: 1_000, startupMs: 50, lastProbe: "refused" };
  expect(transition(sick, { type: "healthy", startupMs: 999 })).toEqual({
    phase: "ready",
    pid: 7,
    startedAt: 1_000,
    startupMs: 50,
  });
});
