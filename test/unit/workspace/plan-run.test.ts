import { expect, test } from "vitest";
import type { RepositoryCommand, RepositoryWorkspace } from "../../../scripts/lib/model/repository-workspace.ts";
import { planRun, type RunWishes } from "../../../scripts/lib/workspace/plan-run.ts";
import { sampleRepository, sampleWorkspace } from "../../support/sample-run.ts";

const nothing: RunWishes = {
  jobs: null,
  timeoutMs: null,
  failFast: null,
  keepGoing: false,
  retries: null,
  isInteractive: false,
  asksOutput: false,
};

function plan(name: string | null, wishes: Partial<RunWishes> = {}, workspace: Partial<RepositoryWorkspace> = {}) {
  const request = { name, args: ["x"] };
  return planRun(request, sampleWorkspace({ program: "cidx", ...workspace }), 200, { ...nothing, ...wishes });
}

test.each([
  // Parallel: ten, and on after failures.
  ["query", {}, { workers: 10, mostFailures: null }],
  [null, {}, { workers: 10, mostFailures: null }],
  [null, { jobs: 3 }, { workers: 3, mostFailures: null }],
  ["query", { failFast: 1 }, { workers: 10, mostFailures: 1, skipReason: "too-many-failed" }],
  ["query", { failFast: 2 }, { mostFailures: 2, skipReason: "too-many-failed" }],
  ["query", { keepGoing: true }, { mostFailures: null }],
  // One by one: stops at the first failure, unless it is about taking down, or the user says so.
  ["start", {}, { workers: 1, mostFailures: 1, skipReason: "an-earlier-one-failed" }],
  ["start", { keepGoing: true }, { workers: 1, mostFailures: null }],
  ["start", { failFast: 3 }, { workers: 1, mostFailures: 3, skipReason: "too-many-failed" }],
  ["start", { jobs: 1 }, { workers: 1 }],
  ["stop", {}, { workers: 1, mostFailures: null }],
  ["uninstall", {}, { workers: 1, mostFailures: null }],
  ["stop", { failFast: 1 }, { workers: 1, mostFailures: 1 }],
  // With the terminal everything is one by one. Of what is ad hoc the user wants to see all.
  ["query", { isInteractive: true }, { workers: 1, mostFailures: 1 }],
  [null, { isInteractive: true }, { workers: 1, mostFailures: null }],
  ["query", { retries: 2 }, { retries: 2 }],
  ["query", {}, { retries: 0 }],
] as const)("%s, %o: %o", (name, wishes, planned) => {
  expect(plan(name, wishes)).toMatchObject(planned);
});

test("what services.yaml says of the number, and ENABLE_PARALLEL_OPERATIONS=false, which the command line overrules", () => {
  const run = { jobs: 4, timeoutMs: 1, killGraceMs: 1, output: "auto" } as const;
  expect(plan(null, {}, { run }).workers).toBe(4);
  expect(plan(null, { jobs: 7 }, { run }).workers).toBe(7);
  expect(plan(null, {}, { isParallel: false }).workers).toBe(1);
  expect(plan(null, {}, { isParallel: false, run }).workers).toBe(1);
  expect(plan(null, { jobs: 7 }, { isParallel: false }).workers).toBe(7);
});

test("how long it may take: the command line, the repository, the command, the workspace", () => {
  const own: RepositoryCommand = { ...plan("query").command, name: "own", timeoutMs: 3_000 };
  const commands = new Map([["own", own]]);
  const [slow, plain] = [sampleRepository("slow", { timeoutMs: 2_000 }), sampleRepository("plain")];
  const times = (name: string, wishes: Partial<RunWishes>) =>
    [slow, plain].map((repository) => plan(name, wishes, { commands }).timeoutMsOf(repository));
  expect(times("own", { timeoutMs: 1_000 })).toEqual([1_000, 1_000]);
  expect(times("own", {})).toEqual([2_000, 3_000]);
  expect(times("query", {})).toEqual([2_000, 300_000]);
});

test.each([
  ["watch", {}, /"watch" is a command to watch: it goes on for ever/],
  ["start", { jobs: 2 }, /"start" is run in one repository after the other, but --jobs is 2/],
  ["query", { isInteractive: true, jobs: 2 }, /--interactive runs one repository after the other, but --jobs is 2/],
  ["query", { isInteractive: true, timeoutMs: 5 }, /--timeout does not apply with --interactive/],
  ["query", { isInteractive: true, retries: 1 }, /--retries does not apply with --interactive/],
  ["query", { isInteractive: true, asksOutput: true }, /--output does not apply with --interactive/],
  ["start", { keepGoing: true, failFast: 1 }, /--keep-going and --fail-fast contradict each other/],
] as const)("%s, %o contradict", (name, wishes, message) => {
  expect(() => plan(name, wishes)).toThrow(
    expect.objectContaining({ exitCode: 64, message: expect.stringMatching(message) }),
  );
});
