import { expect, test } from "vitest";
import { dependentsOf } from "../../../scripts/lib/graph/dependents-of.ts";
import { chain, specs } from "./spec.ts";

const services = specs({ page: ["web"], web: ["api"], api: ["db"], mail: ["db"], db: [], log: [] });

test("what depends on it, directly or not, and itself, in the order of the file", () => {
  expect(dependentsOf(services, ["api"])).toEqual(["page", "web", "api"]);
  expect(dependentsOf(services, ["db"])).toEqual(["page", "web", "api", "mail", "db"]);
  expect(dependentsOf(services, ["log", "page"])).toEqual(["page", "log"]);
});

test("names nobody bears are passed over", () => {
  expect(dependentsOf(services, ["nobody", "log"])).toEqual(["log"]);
  expect(dependentsOf([], ["nobody"])).toEqual([]);
});

test("a cycle, as an old record may hold one, ends", () => {
  expect(dependentsOf(specs({ a: ["b"], b: ["a"], c: [] }), ["a"])).toEqual(["a", "b"]);
});

test("all of a chain of 10,000 depends on its beginning", () => {
  expect(dependentsOf(chain(10_000), ["s0"])).toHaveLength(10_000);
});
