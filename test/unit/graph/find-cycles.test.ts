import * as fc from "fast-check";
import { expect, test } from "vitest";
import { findCycles } from "../../../scripts/lib/graph/find-cycles.ts";
import type { GraphNode } from "../../../scripts/lib/graph/levels.ts";
import { holds } from "../../support/holds.ts";
import { arbitraryGraph } from "./arbitrary-graph.ts";
import { spec } from "./spec.ts";

/** All elementary cycles by trying every path: slow and plain. */
function everyCycle(nodes: readonly GraphNode[]): string[] {
  const dependsOn = new Map(
    nodes.map((node) => [node.name, [...new Set(node.dependsOn.map(({ service }) => service))]]),
  );
  const found: string[] = [];
  const walk = (path: readonly string[]): void => {
    for (const next of dependsOn.get(path.at(-1) ?? "") ?? []) {
      if (next === path[0]) found.push(path.join(" "));
      else if (!path.includes(next) && next > (path[0] ?? "")) walk([...path, next]);
    }
  };
  for (const { name } of nodes) walk([name]);
  return found.toSorted();
}

const written = (cycles: readonly (readonly GraphNode[])[]): string[] =>
  cycles.map((cycle) => cycle.map(({ name }) => name).join(" "));

test("finds exactly the cycles that trying every path finds", async () => {
  await holds(
    3_000,
    fc.property(arbitraryGraph(), (nodes) => {
      const { cycles, isCut } = findCycles(nodes, 10_000);
      expect(isCut).toBe(false);
      expect(written(cycles).toSorted()).toEqual(everyCycle(nodes));
    }),
  );
});

test("a limit gives so many of them, all different, and says that there are more", async () => {
  await holds(
    3_000,
    fc.property(arbitraryGraph(), fc.integer({ min: 1, max: 5 }), (nodes, limit) => {
      const all = everyCycle(nodes);
      const { cycles, isCut } = findCycles(nodes, limit);
      expect(new Set(written(cycles)).size).toBe(Math.min(limit, all.length));
      expect(all).toEqual(expect.arrayContaining(written(cycles)));
      expect(isCut).toBe(all.length > limit);
    }),
  );
});

test("a clique of sixty services, with more cycles than atoms in the sun, is cut at once", () => {
  const names = Array.from({ length: 60 }, (_, index) => `s${index}`);
  const { cycles, isCut } = findCycles(
    names.map((name) => spec(name, names)),
    100,
  );
  expect(cycles).toHaveLength(100);
  expect(isCut).toBe(true);
});

test("ten thousand services that need each other pairwise, in a row, do not overflow", () => {
  const length = 10_000;
  const nodes = Array.from({ length }, (_, index) =>
    spec(
      `s${index}`,
      [index - 1, index + 1].filter((other) => other >= 0 && other < length).map((other) => `s${other}`),
    ),
  );
  expect(findCycles(nodes, 20).cycles).toHaveLength(20);
});
