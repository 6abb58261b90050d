import * as fc from "fast-check";
import { expect, test } from "vitest";
import { criticalPathMs } from "../../../scripts/lib/graph/critical-path-ms.ts";
import type { ServiceSpec } from "../../../scripts/lib/model/service.ts";
import { holds } from "../../support/holds.ts";
import { arbitraryDag } from "./arbitrary-graph.ts";
import { chain, edge, specs } from "./spec.ts";

const chainlens = specs({
  redis: [],
  backend: ["redis"],
  worker: ["backend"],
  frontend: ["backend"],
  monitor: ["worker", "frontend"],
});
const startup = new Map([
  ["redis", 300],
  ["backend", 800],
  ["worker", 600],
  ["frontend", 1_200],
  ["monitor", 200],
]);

test("the longest path, not the sum and not the sum of the waves", () => {
  expect(criticalPathMs(chainlens, startup)).toBe(2_500);
  const skewed = specs({ slow: [], quick: [], afterQuick: ["quick"], afterSlow: ["slow"] });
  const times = new Map([
    ["slow", 900],
    ["quick", 10],
    ["afterQuick", 900],
    ["afterSlow", 10],
  ]);
  expect(criticalPathMs(skewed, times)).toBe(910);
});

test("a service without a time counts 0; no services take no time", () => {
  expect(criticalPathMs(chainlens, new Map([["backend", 7]]))).toBe(7);
  expect(criticalPathMs([], startup)).toBe(0);
});

test("a dependency that need only be spawned costs nothing itself, but what it waited for", () => {
  const services = specs({ db: [], api: ["db"], web: [edge("api", { condition: "started" })] });
  const times = new Map([
    ["db", 100],
    ["api", 500],
    ["web", 50],
  ]);
  expect(criticalPathMs(services, times)).toBe(600);
  expect(criticalPathMs(services, new Map([...times, ["web", 700]]))).toBe(800);
});

test("ten thousand in a row", () => {
  const services = chain(10_000);
  expect(criticalPathMs(services, new Map(services.map(({ name }) => [name, 1])))).toBe(10_000);
});

test("equals the longest of all paths, tried one by one", async () => {
  await holds(
    3_000,
    fc.property(
      arbitraryDag(8),
      fc.array(fc.integer({ min: 0, max: 50 }), { minLength: 8, maxLength: 8 }),
      (services, times) => {
        const startupMs = new Map(services.map(({ name }, index) => [name, times[index] ?? 0]));
        const byName = new Map(services.map((service) => [service.name, service]));
        const finish = (service: ServiceSpec): number =>
          (startupMs.get(service.name) ?? 0) +
          Math.max(0, ...service.dependsOn.flatMap((dependency) => byName.get(dependency.service) ?? []).map(finish));
        expect(criticalPathMs(services, startupMs)).toBe(Math.max(0, ...services.map(finish)));
      },
    ),
  );
});
