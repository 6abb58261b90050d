import { expect, test } from "vitest";
import type { ServiceSpec } from "../../../scripts/lib/model/service.ts";
import type { ServiceState } from "../../../scripts/lib/model/service-state.ts";
import { followedBy, replacementsOf } from "../../../scripts/lib/orchestrator/replace-runs.ts";
import { ServiceRun } from "../../../scripts/lib/orchestrator/service-run.ts";
import type { World } from "../../../scripts/lib/orchestrator/world.ts";
import { workspacePaths } from "../../../scripts/lib/state/workspace-paths.ts";
import { spec } from "../graph/spec.ts";

const world: World = {
  paths: workspacePaths("/nowhere"),
  emit: () => {},
  changed: () => {},
  restarted: () => {},
  debug: () => {},
  crowd: () => ({ waiting: 1, isSpawning: false }),
  checkIntervalMs: () => 1_000,
  pauseAt: () => {},
  recentListeners: async () => [],
  supervisedSince: "0",
  logs: { baseOf: () => 0, settled: () => null },
};

function runOf(service: ServiceSpec, state: ServiceState): ServiceRun {
  const run = new ServiceRun(service, world);
  run.apply(run.beginLife(), { type: "adopted", state });
  return run;
}

const ready: ServiceState = { phase: "ready", pid: 1, startedAt: 0, startupMs: 1 };
const sick: ServiceState = { phase: "unhealthy", pid: 1, startedAt: 0, startupMs: 1, lastProbe: "status 503" };
const nobody = { names: new Set<string>(), because: "asked" } as const;

function following(name: string, dependency: string): ServiceSpec {
  const service = spec(name, [dependency]);
  return { ...service, dependsOn: service.dependsOn.map((edge) => ({ ...edge, restart: true })) };
}

test("unchanged and healthy: nothing to do; changed: the keys are named; unhealthy: healed", () => {
  const before = { ...spec("db"), specHash: "a", specKeys: { command: "1", "environment.PORT": "1", ports: "1" } };
  const after = { ...before, specHash: "b", specKeys: { command: "1", "environment.PORT": "2", restart: "1" } };
  const runs = new Map([["db", runOf(before, ready)]]);
  expect(replacementsOf([before], runs, nobody)).toEqual([]);
  expect(replacementsOf([after], runs, nobody)).toMatchObject([
    { because: "changed", keys: ["environment.PORT", "ports", "restart"] },
  ]);
  expect(replacementsOf([before], new Map([["db", runOf(before, sick)]]), nobody)).toMatchObject([
    { because: "unhealthy" },
  ]);
});

test("unhealthy since what it needs is down: left to recover", () => {
  const [db, api] = [spec("db"), spec("api", ["db"])];
  const runs = new Map([["api", runOf(api, sick)]]);
  expect(replacementsOf([db, api], runs, nobody)).toEqual([]);
  expect(replacementsOf([db, api], new Map([...runs, ["db", runOf(db, ready)]]), nobody)).toMatchObject([
    { because: "unhealthy" },
  ]);
});

test("restart: true takes dependents along, link by link; plain edges do not", () => {
  const specs = [spec("db"), following("api", "db"), following("web", "api"), spec("batch", ["db"])];
  const runs = new Map(specs.map((service) => [service.name, runOf(service, ready)]));
  const replaced = replacementsOf(specs, runs, { names: new Set(["db"]), because: "asked" });
  expect(replaced.map(({ run, because }) => [run.name, because])).toEqual([
    ["db", "asked"],
    ["api", "dependency"],
    ["web", "dependency"],
  ]);
  expect([...followedBy(specs, ["api"])]).toEqual(["api", "web"]);
});

test("what does not run is not replaced", () => {
  const service = spec("db");
  const failed: ServiceState = {
    phase: "failed",
    reason: { kind: "exit-unknown" },
    evidence: { attempts: 1, lastProbe: null, listening: [] },
  };
  const asked = { names: new Set(["db"]), because: "asked" } as const;
  expect(replacementsOf([service], new Map([["db", runOf(service, failed)]]), asked)).toEqual([]);
  expect(replacementsOf([service], new Map(), asked)).toEqual([]);
});

test("a life that is over changes nothing, and counts no illegal transition", () => {
  const run = runOf(spec("db"), ready);
  const life = run.beginLife();
  run.endLife();
  expect(run.apply(life, { type: "sick", lastProbe: "late" })).toBe(false);
  expect(run.state).toEqual(ready);
  expect(run.illegalTransitions).toBe(0);
});
