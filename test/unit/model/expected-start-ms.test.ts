import * as fc from "fast-check";
import { expect, test } from "vitest";
import { criticalPathMs } from "../../../scripts/lib/graph/critical-path-ms.ts";
import { sortIntoWaves } from "../../../scripts/lib/graph/sort-into-waves.ts";
import type { StartStrategy } from "../../../scripts/lib/model/event.ts";
import { expectedStartMs } from "../../../scripts/lib/model/expected-start-ms.ts";
import type { ServiceSpec } from "../../../scripts/lib/model/service.ts";
import { holds } from "../../support/holds.ts";
import { arbitraryDag } from "../graph/arbitrary-graph.ts";
import { specs } from "../graph/spec.ts";

function orderOf(services: readonly ServiceSpec[], strategy: StartStrategy) {
  return {
    strategy,
    waves: sortIntoWaves(services).map((wave) => wave.services.map(({ name }) => name)),
    waitsFor: Object.fromEntries(services.map(({ name, dependsOn }) => [name, dependsOn.map((edge) => edge.service)])),
  };
}

const skewed = specs({ slow: [], quick: [], afterQuick: ["quick"], afterSlow: ["slow"] });
const times = new Map([
  ["slow", 900],
  ["quick", 10],
  ["afterQuick", 900],
  ["afterSlow", 10],
]);
const expected = (strategy: StartStrategy, known = times) =>
  expectedStartMs(orderOf(skewed, strategy), (name) => known.get(name) ?? null);

test("a barrier costs what it holds up", () => {
  expect(expected("eager")).toBe(910);
  expect(expected("waves")).toBe(1_800);
  expect(expected("one-by-one")).toBe(1_820);
});

test("one that nobody knows: nobody knows all; no services take no time", () => {
  expect(expected("waves", new Map([["slow", 900]]))).toBeNull();
  expect(expectedStartMs({ strategy: "waves", waves: [], waitsFor: {} }, () => null)).toBe(0);
});

test("eager is the critical path, one by one the sum, waves the sum of what is longest in each", async () => {
  const cases = fc.tuple(arbitraryDag(), fc.array(fc.nat(5_000), { minLength: 12, maxLength: 12 }));
  await holds(
    1_000,
    fc.property(cases, ([services, durations]) => {
      const known = new Map(services.map(({ name }, index) => [name, durations[index] ?? 0]));
      const by = (strategy: StartStrategy) =>
        expectedStartMs(orderOf(services, strategy), (name) => known.get(name) ?? null);
      const longest = orderOf(services, "waves").waves.map((wave) =>
        Math.max(...wave.map((name) => known.get(name) ?? 0)),
      );
      expect(by("eager")).toBe(criticalPathMs(services, known));
      expect(by("one-by-one")).toBe([...known.values()].reduce((sum, ms) => sum + ms, 0));
      expect(by("waves")).toBe(longest.reduce((sum, ms) => sum + ms, 0));
    }),
  );
});
