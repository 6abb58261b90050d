import * as fc from "fast-check";
import { expect, test } from "vitest";
import { oneByOneOrder } from "../../../scripts/lib/graph/one-by-one-order.ts";
import { holds } from "../../support/holds.ts";
import { arbitraryDag } from "./arbitrary-graph.ts";
import { chain, edge, specs } from "./spec.ts";

const names = (services: readonly { name: string }[]): string[] => services.map(({ name }) => name);

test("dependencies come first; what is free keeps the order of the file", async () => {
  const services = specs({ web: ["api"], mail: [], api: ["db"], db: [] });
  const order = names(await oneByOneOrder(services));
  expect(order).toEqual(["mail", "db", "api", "web"]);
  expect(names(await oneByOneOrder(specs({ c: [], a: [], b: [] })))).toEqual(["c", "a", "b"]);
});

test("any graph gives each service once, after all it depends on, and the same order again", async () => {
  await holds(
    3_000,
    fc.asyncProperty(arbitraryDag(), async (services) => {
      const order = await oneByOneOrder(services);
      expect(new Set(order)).toEqual(new Set(services));
      expect(order).toHaveLength(services.length);
      const position = new Map(names(order).map((name, index) => [name, index]));
      for (const { name, dependsOn } of services) {
        for (const { service } of dependsOn) {
          expect(position.get(service)).toBeLessThan(position.get(name) ?? Number.NaN);
        }
      }
      expect(names(await oneByOneOrder(services))).toEqual(names(order));
    }),
  );
});

test("a chain of 20,000 services, deeper than toposort can go", async () => {
  const services = chain(20_000);
  expect(names(await oneByOneOrder(services.toReversed()))).toEqual(names(services));
});

test("a chain of exactly the depth left to toposort, and one more", async () => {
  for (const length of [1_000, 1_001]) {
    expect(names(await oneByOneOrder(chain(length).toReversed()))).toEqual(names(chain(length)));
  }
});

test("an optional edge to a service that is not there is passed over", async () => {
  expect(names(await oneByOneOrder(specs({ api: [edge("cache", { required: false })] })))).toEqual(["api"]);
});

test("a cycle is named whole", async () => {
  await expect(oneByOneOrder(specs({ a: ["b"], b: ["a"] }))).rejects.toThrow(
    "DEPENDENCY_CYCLE: Services depend on each other: a -> b -> a",
  );
});
