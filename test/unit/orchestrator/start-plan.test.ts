import * as fc from "fast-check";
import { expect, test } from "vitest";
import { sortIntoWaves } from "../../../scripts/lib/graph/sort-into-waves.ts";
import type { ServiceSpec } from "../../../scripts/lib/model/service.ts";
import { isSettled, isUp, type ServiceState } from "../../../scripts/lib/model/service-state.ts";
import { exitCodeOf, planStart, type StartPlan, verdictFor } from "../../../scripts/lib/orchestrator/start-plan.ts";
import { transition } from "../../../scripts/lib/orchestrator/transition.ts";
import { holds } from "../../support/holds.ts";
import { arbitraryDag } from "../graph/arbitrary-graph.ts";
import { spec } from "../graph/spec.ts";

const evidence = { attempts: 1, lastProbe: null, listening: [] };
const plain = { strategy: "waves", limit: null, failFast: false, ignoreOthers: false } as const;

const unknown: ServiceState = { phase: "pending", waitingFor: [] };

function nth(services: readonly ServiceSpec[], index: number): ServiceSpec {
  const service = services[index];
  if (service === undefined) throw new Error(`no service ${index}`);
  return service;
}

/** How a service behaves once it is spawned: after so many ticks of a virtual clock it is ready, or has failed. */
interface Behaviour {
  readonly ticks: number;
  readonly fails: boolean;
}

/** Carries a plan out on a virtual clock, by verdictFor and transition alone, checking at each spawn that it was due. */
function simulate(services: readonly ServiceSpec[], plan: StartPlan, behaviours: readonly Behaviour[]) {
  const states = new Map<string, ServiceState>(
    services.map(({ name }) => [name, { phase: "pending", waitingFor: [] }]),
  );
  const due = new Map<string, number>();
  const order: string[] = [];
  let atOnce = 0;
  const stateOf = (name: string): ServiceState | undefined => states.get(name);
  const step = (name: string, occurrence: Parameters<typeof transition>[1]): void => {
    const next = transition(states.get(name) ?? { phase: "pending", waitingFor: [] }, occurrence);
    if (next === null) throw new Error(`illegal ${occurrence.type} of ${name}`);
    states.set(name, next);
  };
  for (let tick = 0; [...states.values()].some((state) => !isSettled(state)); tick += 1) {
    expect(tick, "every start ends").toBeLessThan(1_000);
    for (const [name, at] of due) {
      if (at !== tick) continue;
      const { fails } = behaviours[services.findIndex((service) => service.name === name)] ?? { fails: false };
      if (fails) step(name, { type: "failed", reason: { kind: "exited", code: 1, beforeReady: true }, evidence });
      else step(name, { type: "healthy", startupMs: 1 });
    }
    for (const [index, service] of services.entries()) {
      if (stateOf(service.name)?.phase !== "pending") continue;
      const verdict = verdictFor(service, plan, stateOf);
      const starting = [...states.values()].filter(({ phase }) => phase === "starting").length;
      if (verdict.kind === "skip") step(service.name, { type: "skipped", because: verdict.because });
      if (verdict.kind !== "spawn" || starting >= (plan.limit ?? Number.POSITIVE_INFINITY)) continue;
      for (const { service: dependency } of service.dependsOn)
        expect(isUp(states.get(dependency) ?? unknown)).toBe(true);
      if (plan.strategy === "waves") {
        for (const [other, wave] of plan.waveOf) {
          if (wave < (plan.waveOf.get(service.name) ?? 0)) expect(isSettled(states.get(other) ?? unknown)).toBe(true);
        }
      }
      step(service.name, { type: "spawned", pid: index + 1, attempt: 1, at: tick, deadline: tick + 100 });
      due.set(service.name, tick + 1 + (behaviours[index]?.ticks ?? 0));
      order.push(service.name);
      atOnce = Math.max(atOnce, starting + 1);
    }
  }
  return { states, order, atOnce };
}

const behaviour = fc.record({ ticks: fc.nat(5), fails: fc.boolean() });
const strategies = fc.constantFrom("waves" as const, "eager" as const, "one-by-one" as const);

test("nothing starts before its edges hold, whatever the graph, the strategy and the failures; every start ends", async () => {
  await holds(
    3_000,
    fc.property(
      arbitraryDag(),
      fc.array(behaviour, { minLength: 12, maxLength: 12 }),
      strategies,
      fc.option(fc.integer({ min: 1, max: 3 }), { nil: null }),
      (services, behaviours, strategy, limit) => {
        const waves = sortIntoWaves(services);
        const order = waves.flatMap((wave) => wave.services);
        const plan = planStart(waves, { ...plain, strategy, limit, order });
        const { states, atOnce } = simulate(services, plan, behaviours);
        if (limit !== null) expect(atOnce).toBeLessThanOrEqual(limit);
        if (strategy === "one-by-one") expect(atOnce).toBeLessThanOrEqual(1);
        for (const [index, service] of services.entries()) {
          const needsFailed = service.dependsOn.some(({ service: name }) => !isUp(states.get(name) ?? unknown));
          const expected = needsFailed ? "skipped" : behaviours[index]?.fails ? "failed" : "ready";
          expect(states.get(service.name)?.phase).toBe(expected);
        }
      },
    ),
  );
});

test("the barrier: a wave waits for all of the wave before, eager only for its own", () => {
  const services = [spec("fast"), spec("slow"), spec("web", ["fast"])];
  const states: Record<string, ServiceState> = {
    fast: { phase: "ready", pid: 1, startedAt: 0, startupMs: 1 },
    slow: { phase: "starting", pid: 2, attempt: 1, startedAt: 0, deadline: 9 },
  };
  const web = nth(services, 2);
  const waves = sortIntoWaves(services);
  const inWaves = planStart(waves, { ...plain, order: [] });
  const eager = planStart(waves, { ...plain, strategy: "eager", order: [] });
  expect(verdictFor(web, inWaves, (name) => states[name])).toEqual({ kind: "wait", for: ["slow"], onHealth: false });
  expect(verdictFor(web, eager, (name) => states[name])).toEqual({ kind: "spawn" });
});

test("--fail-fast skips what has not begun, naming who failed", () => {
  const services = [spec("bad"), spec("other", ["good"]), spec("good")];
  const plan = planStart(sortIntoWaves(services), { ...plain, failFast: true, order: [] });
  const states: Record<string, ServiceState> = { bad: { phase: "timeout", deadlineMs: 1, evidence } };
  expect(verdictFor(nth(services, 1), plan, (name) => states[name])).toEqual({
    kind: "skip",
    because: { dependency: "bad", condition: "started", found: "fail-fast" },
  });
});

test("a dependency that is unhealthy right now is waited for; one that is off by profile skips", () => {
  const services = [spec("db"), spec("web", ["db"])];
  const plan = planStart(sortIntoWaves(services), { ...plain, order: [] });
  const web = nth(services, 1);
  const sick: ServiceState = { phase: "unhealthy", pid: 1, startedAt: 0, startupMs: 1, lastProbe: "refused" };
  expect(verdictFor(web, plan, () => sick)).toEqual({ kind: "wait", for: ["db"], onHealth: true });
  expect(verdictFor(web, plan, () => undefined)).toEqual({
    kind: "skip",
    because: { dependency: "db", condition: "healthy", found: "disabled" },
  });
});

test("exit codes: all, some, none", () => {
  const up: ServiceState = { phase: "ready", pid: 1, startedAt: 0, startupMs: 1 };
  const down: ServiceState = { phase: "failed", reason: { kind: "exit-unknown" }, evidence };
  expect([[], [up], [up, down], [down]].map(exitCodeOf)).toEqual([0, 0, 2, 1]);
});
