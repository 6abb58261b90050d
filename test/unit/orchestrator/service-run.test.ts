import * as fc from "fast-check";
import { expect, test, vi } from "vitest";
import type { Event } from "../../../scripts/lib/model/event.ts";
import type { ServiceState } from "../../../scripts/lib/model/service-state.ts";
import { type Life, ServiceRun } from "../../../scripts/lib/orchestrator/service-run.ts";
import { type Occurrence, transition } from "../../../scripts/lib/orchestrator/transition.ts";
import type { World } from "../../../scripts/lib/orchestrator/world.ts";
import { workspacePaths } from "../../../scripts/lib/state/workspace-paths.ts";
import { holds } from "../../support/holds.ts";
import { spec } from "../graph/spec.ts";

const evidence = { attempts: 1, lastProbe: null, listening: [] };
const exited = { kind: "exited", code: 1, beforeReady: true } as const;

const occurrence = fc.constantFrom<Occurrence>(
  { type: "spawned", pid: 8, attempt: 1, at: 6_000, deadline: 7_000 },
  { type: "adopted", state: { phase: "ready", pid: 9, startedAt: 1, startupMs: 2 } },
  { type: "healthy", startupMs: 60 },
  { type: "sick", lastProbe: "refused" },
  { type: "completed", startupMs: 60, at: 6_000 },
  { type: "failed", reason: exited, evidence },
  { type: "retry", until: 6_000, attempt: 1, last: exited },
  { type: "deadline", deadlineMs: 60_000, evidence },
  { type: "lost" },
);

/** What may be done to a run; `life` counts back from the present one: 0 is it, anything else is over. */
const act = fc.oneof(
  { arbitrary: fc.record({ kind: fc.constant("apply" as const), life: fc.nat(3), occurrence }), weight: 6 },
  {
    arbitrary: fc.record({ kind: fc.constantFrom("begin" as const, "end" as const, "stop" as const, "plan" as const) }),
    weight: 4,
  },
);

test("a life that is over changes nothing, says nothing and counts as no mistake; the present one does as transition says", async () => {
  // What the product calls a mistake of its own is counted here.
  using _ = vi.spyOn(console, "error").mockReturnValue();
  const seen = { stale: 0, drawn: 0, illegal: 0 };
  await holds(
    3_000,
    fc.property(fc.array(act, { maxLength: 30 }), (acts) => {
      const events: Event[] = [];
      let changes = 0;
      const world: World = {
        paths: workspacePaths("/nowhere"),
        emit: (event) => events.push(event),
        changed: () => (changes += 1),
        restarted: () => {},
        debug: () => {},
        pauseAt: () => {},
        recentListeners: async () => [],
        supervisedSince: "0",
        logs: { baseOf: () => 0, settled: () => null },
        crowd: () => ({ waiting: 1, isSpawning: false }),
        checkIntervalMs: () => 1_000,
      };
      const run = new ServiceRun(spec("db"), world);
      const lives: Life[] = [run.beginLife()];
      for (const one of acts) {
        if (one.kind === "begin") lives.unshift(run.beginLife());
        else if (one.kind === "end") run.endLife();
        else if (one.kind === "stop") stopWhole(run);
        else if (one.kind === "plan") planIfPossible(run);
        else if (one.kind === "apply") {
          const life = lives[Math.min(one.life, lives.length - 1)] ?? run.life;
          const isStale = life !== run.life || life.aborted;
          const before = { state: run.state, illegal: run.illegalTransitions, events: events.length, changes };
          const next = transition(run.state, one.occurrence);
          expect(run.apply(life, one.occurrence)).toBe(!isStale);
          const isIgnored = isStale || next === null;
          expect(run.state).toEqual(isIgnored ? before.state : next);
          if (isIgnored) expect([events.length, changes]).toEqual([before.events, before.changes]);
          else expect(changes).toBe(before.changes + 1);
          expect(run.illegalTransitions - before.illegal).toBe(!isStale && next === null ? 1 : 0);
          seen[isStale ? "stale" : next === null ? "illegal" : "drawn"] += 1;
        }
      }
    }),
    () => `${seen.stale} stale, ${seen.drawn} drawn, ${seen.illegal} illegal occurrences`,
  );
  expect(Math.min(seen.stale, seen.drawn, seen.illegal)).toBeGreaterThan(500);
});

function stopWhole(run: ServiceRun): void {
  run.beginStop();
  expect(run.life.aborted).toBe(true);
  run.endStop(false);
  expect(run.isAlive).toBe(false);
}

function planIfPossible(run: ServiceRun): void {
  const planned: ServiceState | null = transition(run.state, { type: "planned", waitingFor: [] });
  if (planned !== null) run.plan(run.spec, 0);
}
