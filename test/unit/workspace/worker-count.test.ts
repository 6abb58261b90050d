import { availableParallelism } from "node:os";
import { expect, test } from "vitest";
import { workerCount } from "../../../scripts/lib/workspace/worker-count.ts";

test.each([
  // Few: each its own; many: ten.
  [0, { mode: "parallel" }, 1],
  [1, { mode: "parallel" }, 1],
  [4, { mode: "parallel" }, 4],
  [10, { mode: "parallel" }, 10],
  [11, { mode: "parallel" }, 10],
  [200, { mode: "parallel" }, 10],
  // As the user says, but no more than there is work.
  [200, { mode: "parallel", jobs: 50 }, 50],
  [3, { mode: "parallel", jobs: 50 }, 3],
  [3, { mode: "parallel", jobs: 1 }, 1],
  [200, { mode: "parallel", weight: "cpu", jobs: 50 }, 50],
  // One by one.
  [200, { mode: "sequential" }, 1],
  [200, { mode: "sequential", jobs: 50 }, 1],
  [200, { mode: "parallel", isParallel: false }, 1],
  [200, { mode: "parallel", isParallel: false, jobs: 50 }, 1],
  // All at once, whatever is said.
  [0, { mode: "watch" }, 1],
  [200, { mode: "watch" }, 200],
  [200, { mode: "watch", jobs: 3, isParallel: false, weight: "cpu" }, 200],
] as const)("%i repositories, %o: %i", (repositories, options, workers) => {
  expect(workerCount(repositories, options)).toBe(workers);
});

test("what needs a core has one", () => {
  const cores = availableParallelism();
  expect(workerCount(200, { mode: "parallel", weight: "cpu" })).toBe(Math.min(10, cores));
  expect(workerCount(1, { mode: "parallel", weight: "cpu" })).toBe(1);
});
