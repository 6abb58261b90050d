import type { FoundRepository } from "../../scripts/lib/model/repository.ts";
import type { RepositoryWorkspace } from "../../scripts/lib/model/repository-workspace.ts";
import type { RunOutcome, RunResult } from "../../scripts/lib/model/run-outcome.ts";

/** A repository as it would be found, with what a test does not care about filled in. */
export function sampleRepository(name: string, details: Partial<FoundRepository> = {}): FoundRepository {
  const common = { name, path: `/w/${name}`, rel: name, tags: [], environment: {}, timeoutMs: null };
  return { ...common, problem: null, kind: "git", device: 1, inode: 1, ...details };
}

/** How a command ended in a repository, with what a test does not care about filled in. */
export function sampleOutcome(
  name: string,
  result: RunResult = { kind: "ok" },
  details: Partial<RunOutcome> = {},
): RunOutcome {
  return {
    repository: sampleRepository(name),
    index: 1,
    argv: ["git", "status"],
    result,
    attempts: 1,
    startedAt: 1_700_000_000_123,
    durationMs: 1500,
    peakMemoryBytes: null,
    ...details,
  };
}

export const everyResult: readonly RunResult[] = [
  { kind: "ok" },
  { kind: "exited", exitCode: 3 },
  { kind: "signalled", signal: "SIGSEGV" },
  { kind: "timed-out", limitMs: 2000, survivors: [] },
  { kind: "timed-out", limitMs: 2000, survivors: [7, 8] },
  { kind: "interrupted", survivors: [] },
  { kind: "inaccessible", problem: { kind: "missing" } },
  { kind: "inaccessible", problem: { kind: "replaced" } },
  { kind: "output-unwritable", errno: "ENOSPC" },
  { kind: "not-executed", errno: "ENOENT", program: "nope" },
  { kind: "not-executed", errno: "EACCES", program: "nope" },
  { kind: "skipped", because: "an-earlier-one-failed" },
  { kind: "skipped", because: "too-many-failed" },
  { kind: "skipped", because: "interrupted" },
];

/** What services.yaml says when it says nothing. */
export function sampleWorkspace(details: Partial<RepositoryWorkspace> = {}): RepositoryWorkspace {
  return {
    root: "/w",
    allowOutside: [],
    scan: null,
    list: [],
    groups: new Map(),
    commands: new Map(),
    program: null,
    run: { jobs: null, timeoutMs: 300_000, killGraceMs: 5_000, output: "auto" },
    isParallel: true,
    ...details,
  };
}
