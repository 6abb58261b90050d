import * as fc from "fast-check";
import type { ServiceSpec } from "../../../scripts/lib/model/service.ts";
import { spec } from "./spec.ts";

/** Services in shuffled file order whose edges all point one way, so that no cycle can be. */
export function arbitraryDag(most = 12): fc.Arbitrary<ServiceSpec[]> {
  return fc
    .integer({ min: 0, max: most })
    .chain((size) => fc.tuple(...Array.from({ length: size }, (_, index) => edgesTo(index))))
    .chain((dependencies) => {
      const services = dependencies.map((indices, index) => spec(nameOf(index), indices.map(nameOf)));
      return fc.shuffledSubarray(services, { minLength: services.length });
    });
}

/** Services whose edges go anywhere, to themselves too. */
export function arbitraryGraph(most = 6): fc.Arbitrary<ServiceSpec[]> {
  return fc
    .integer({ min: 0, max: most })
    .chain((size) => fc.tuple(...Array.from({ length: size }, () => edgesTo(size))))
    .map((dependencies) => dependencies.map((indices, index) => spec(nameOf(index), indices.map(nameOf))));
}

function edgesTo(below: number): fc.Arbitrary<number[]> {
  if (below === 0) return fc.constant([]);
  return fc.uniqueArray(fc.integer({ min: 0, max: below - 1 }), { maxLength: 4 });
}

function nameOf(index: number): string {
  return `service${index}`;
}
