import { expect, test } from "vitest";
import { UserError } from "../../../scripts/lib/diagnostic/user-error.ts";
import { selectServices } from "../../../scripts/lib/graph/select-services.ts";
import { chain, edge, specs } from "./spec.ts";

const services = specs({ web: ["api"], api: ["db", edge("cache", { required: false })], db: [], mail: [], cache: [] });
const names = (list: readonly { name: string }[]): string[] => list.map(({ name }) => name);

test("no names mean all", () => {
  expect(selectServices(services, [], { dependencies: true })).toEqual(services);
  expect(selectServices(services, [], { dependencies: false })).toEqual(services);
});

test("what they need comes with them, in the order of the file", () => {
  expect(names(selectServices(services, ["mail", "api"], { dependencies: true }))).toEqual([
    "api",
    "db",
    "mail",
    "cache",
  ]);
});

test("without dependencies: only them, as they stand in the file", () => {
  const selected = selectServices(services, ["db", "web", "api"], { dependencies: false });
  expect(names(selected)).toEqual(["web", "api", "db"]);
  expect(selected.every((service) => services.includes(service))).toBe(true);
});

test("all unknown names at once, each with the one that was meant", () => {
  let error: unknown;
  try {
    selectServices(services, ["wbe", "db", "wbe", "kubernetes"], { dependencies: true });
  } catch (thrown) {
    error = thrown;
  }
  expect(error).toBeInstanceOf(UserError);
  expect(error).toMatchObject({
    exitCode: 64,
    problems: [
      { code: "SERVICE_UNKNOWN", message: 'No service is named "wbe"', hint: 'Did you mean "web"?' },
      {
        code: "SERVICE_UNKNOWN",
        message: 'No service is named "kubernetes"',
        hint: "Services: web, api, db, mail, cache.",
      },
    ],
  });
  expect(() => selectServices([], ["a"], { dependencies: true })).toThrow(UserError);
});

test("a name twice is a name once", () => {
  expect(names(selectServices(services, ["db", "db"], { dependencies: true }))).toEqual(["db"]);
});

test("the end of a chain of 10,000 needs all of it", () => {
  expect(selectServices(chain(10_000), ["s9999"], { dependencies: true })).toHaveLength(10_000);
});
