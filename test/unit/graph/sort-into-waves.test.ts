import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as fc from "fast-check";
import toposort from "toposort";
import { expect, test } from "vitest";
import { UserError } from "../../../scripts/lib/diagnostic/user-error.ts";
import { sortIntoWaves } from "../../../scripts/lib/graph/sort-into-waves.ts";
import type { ServiceSpec, Wave } from "../../../scripts/lib/model/service.ts";
import { holds } from "../../support/holds.ts";
import { arbitraryDag, arbitraryGraph } from "./arbitrary-graph.ts";
import { chain, edge, spec, specs } from "./spec.ts";

const names = (waves: readonly Wave[]): string[][] => waves.map((wave) => wave.services.map(({ name }) => name));

function thrownBy(act: () => unknown): UserError {
  try {
    act();
  } catch (error) {
    if (error instanceof UserError) return error;
    throw error;
  }
  throw new Error("nothing was thrown");
}

test("a service stands in the first wave after all that it depends on", () => {
  const services = specs({
    monitor: ["frontend", "worker"],
    frontend: ["backend"],
    redis: [],
    worker: ["backend", "redis"],
    backend: ["redis"],
    mail: [],
  });
  expect(names(sortIntoWaves(services))).toEqual([["redis", "mail"], ["backend"], ["frontend", "worker"], ["monitor"]]);
  expect(sortIntoWaves(services).map((wave) => wave.index)).toEqual([0, 1, 2, 3]);
});

test("the order of the file is kept within a wave", () => {
  const services = specs({ z: ["root2"], a: ["root1"], root2: [], m: ["root2", "root1"], root1: [] });
  expect(names(sortIntoWaves(services))).toEqual([
    ["root2", "root1"],
    ["z", "a", "m"],
  ]);
});

test("no services give no waves", () => {
  expect(sortIntoWaves([])).toEqual([]);
});

test("the same dependency named twice counts once", () => {
  expect(names(sortIntoWaves(specs({ a: ["b", "b"], b: [] })))).toEqual([["b"], ["a"]]);
});

test("names that are properties of every object are names like any other", () => {
  const services = [spec("constructor"), spec("__proto__", ["constructor"]), spec("toString", ["__proto__"])];
  expect(names(sortIntoWaves(services))).toEqual([["constructor"], ["__proto__"], ["toString"]]);
});

test("an optional edge to a service that is not there holds nobody back", () => {
  const services = specs({ api: [edge("cache", { required: false }), "db"], db: [] });
  expect(names(sortIntoWaves(services))).toEqual([["db"], ["api"]]);
});

test("a chain of 10,000 services gives 10,000 waves", () => {
  const services = chain(10_000);
  const waves = sortIntoWaves(services.toReversed());
  expect(waves.map((wave) => wave.services.length)).toEqual(services.map(() => 1));
  expect(waves.at(-1)?.services[0]?.name).toBe("s9999");
});

test("a ring of 10,000 services is one cycle, not an overflow", () => {
  const [first, ...others] = chain(10_000);
  const error = thrownBy(() =>
    sortIntoWaves([{ ...spec("s0", ["s9999"]), span: first?.span ?? spec("").span }, ...others]),
  );
  expect(error.problems).toHaveLength(1);
  expect(error.problems[0].message).toMatch(/^Services depend on each other: s0 -> s9999 -> s9998 -> .* -> s1 -> s0$/);
});

test("an error shows the line of the file it is about", async () => {
  const folder = await mkdtemp(join(tmpdir(), "graph-"));
  try {
    const file = join(folder, "services.yaml");
    const text = "services:\n  web:\n    depends_on: [dp]\n  db: {}\n";
    await writeFile(file, text);
    const span = { file, offset: text.indexOf("dp"), length: 2 };
    const error = thrownBy(() => sortIntoWaves([spec("web", [edge("dp", { span })]), spec("db")]));
    expect(error.exitCode).toBe(78);
    expect(error.problems).toMatchObject([
      {
        code: "DEPENDENCY_UNKNOWN",
        hint: 'Did you mean "db"?',
        place: { file, line: 3, column: 18, frame: { text: "    depends_on: [dp]", underline: 2 } },
      },
    ]);
  } finally {
    await rm(folder, { recursive: true });
  }
});

test("an error about a file that is gone is still an error with a place", () => {
  const error = thrownBy(() => sortIntoWaves([spec("web", ["db"])]));
  expect(error.problems[0]).toMatchObject({
    code: "DEPENDENCY_UNKNOWN",
    place: { file: "/nowhere/services.yaml", line: 1, frame: null },
  });
});

test("an optional edge to nobody is no part of the error of another", () => {
  const services = specs({ api: [edge("cache", { required: false }), "db"] });
  expect(thrownBy(() => sortIntoWaves(services)).problems.map(({ message }) => message)).toEqual([
    '"api" depends on "db", and no service is named so',
  ]);
});

test("waves are a partition, every dependency is in an earlier one, and no service could stand earlier", async () => {
  await holds(
    3_000,
    fc.property(arbitraryDag(), (services) => {
      const waves = sortIntoWaves(services);
      const waveOf = new Map(waves.flatMap((wave) => wave.services.map(({ name }) => [name, wave.index] as const)));
      expect(waves.every((wave) => wave.services.length > 0)).toBe(true);
      expect(waves.flatMap((wave) => wave.services)).toHaveLength(services.length);
      expect(new Set(waves.flatMap((wave) => wave.services))).toEqual(new Set(services));
      for (const { name } of services) expect(waveOf.get(name)).toBe(longestPathTo(name, services));
      for (const wave of waves) {
        const positions = wave.services.map((service) => services.indexOf(service));
        expect(positions).toEqual(positions.toSorted((a, b) => a - b));
      }
    }),
  );
});

/** How many edges the longest way down from a service has: by the definition, along every path there is. */
function longestPathTo(name: string, services: readonly ServiceSpec[]): number {
  const edges = services.find((service) => service.name === name)?.dependsOn ?? [];
  return Math.max(0, ...edges.map(({ service }) => 1 + longestPathTo(service, services)));
}

test("optional edges to services that are not there change no wave", async () => {
  await holds(
    3_000,
    fc.property(arbitraryDag(), fc.nat(), (services, which) => {
      const absent = edge("absent", { required: false });
      const odd = services.map((service, index) =>
        index % 2 === which % 2 ? { ...service, dependsOn: [absent, ...service.dependsOn] } : service,
      );
      expect(names(sortIntoWaves(odd))).toEqual(names(sortIntoWaves(services)));
    }),
  );
});

test("waves, one after another, are an order that toposort's edges allow; a graph has a cycle if and only if toposort says so", async () => {
  let cyclic = 0;
  await holds(
    3_000,
    fc.property(arbitraryGraph(), (services) => {
      if (!toposortSucceeds(services)) {
        cyclic += 1;
        const error = thrownBy(() => sortIntoWaves(services));
        expect(new Set(error.problems.map(({ code }) => code))).toEqual(new Set(["DEPENDENCY_CYCLE"]));
        return;
      }
      const order = sortIntoWaves(services).flatMap((wave) => wave.services.map(({ name }) => name));
      expect(order.toSorted()).toEqual(services.map(({ name }) => name).toSorted());
      for (const [dependency, dependent] of edgesOf(services)) {
        expect(order.indexOf(dependency)).toBeLessThan(order.indexOf(dependent));
      }
    }),
  );
  expect(cyclic, "graphs with a cycle among those tried").toBeGreaterThan(0);
});

function edgesOf(services: readonly ServiceSpec[]): [string, string][] {
  return services.flatMap(({ name, dependsOn }) => dependsOn.map(({ service }): [string, string] => [service, name]));
}

function toposortSucceeds(services: readonly ServiceSpec[]): boolean {
  try {
    toposort.array(
      services.map(({ name }) => name),
      edgesOf(services),
    );
    return true;
  } catch (error) {
    expect(String(error)).toContain("Cyclic dependency");
    return false;
  }
}
