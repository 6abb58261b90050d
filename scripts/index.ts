/**
 * Groundswell as a library: ten functions over the same rooms as the commands. A failing service is data; a mistake in services.yaml is a thrown `UserError`.
 *
 * @see docs/api.md
 */
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { readServicesFile } from "./lib/config/read-services-file.ts";
import { packServices } from "./lib/control/packed-services.ts";
import { assertKnownServices } from "./lib/diagnostic/assert-known-services.ts";
import { sortIntoWaves } from "./lib/graph/sort-into-waves.ts";
import type { Emit, ServiceEnd, StartEnd, StopReport, Survivor } from "./lib/model/event.ts";
import type { Repository } from "./lib/model/repository.ts";
import type { RunOutcome, RunTotals } from "./lib/model/run-outcome.ts";
import type { ServiceSpec, Wave } from "./lib/model/service.ts";
import type { Settings } from "./lib/model/settings.ts";
import type { ServiceStatus } from "./lib/model/state-document.ts";
import type { WorkspacePaths } from "./lib/model/workspace.ts";
import { recordsFromDisk, statusRows } from "./lib/orchestrator/snapshot.ts";
import { stopFromDisk } from "./lib/orchestrator/stop-from-disk.ts";
import { stateReason } from "./lib/report/state-reason.ts";
import { askStatus } from "./lib/session/ask-status.ts";
import { requestOfSupervisor } from "./lib/session/request-of-supervisor.ts";
import { requestStop } from "./lib/session/request-stop.ts";
import { findWorkspaceRoot } from "./lib/state/find-root.ts";
import { workspacePaths } from "./lib/state/workspace-paths.ts";
import { aggregateOutcomes as totalsOf } from "./lib/workspace/aggregate-outcomes.ts";
import { type RunInOptions, runInRepositories } from "./lib/workspace/run-in-repositories.ts";
import { workerCount as countWorkers, type WorkerOptions } from "./lib/workspace/worker-count.ts";
import type { Watch } from "./lib/workspace/watch-each.ts";
import { watchInRepositories, type WatchInOptions } from "./lib/workspace/watch-in-repositories.ts";

export { UserError } from "./lib/diagnostic/user-error.ts";
export type { Problem } from "./lib/diagnostic/user-error.ts";
export type { Emit, Event, ServiceEnd, StartEnd, StopReport, Survivor } from "./lib/model/event.ts";
export type { Repository } from "./lib/model/repository.ts";
export type { RunEvent } from "./lib/model/run-event.ts";
export type { RunOutcome, RunResult, RunTotals } from "./lib/model/run-outcome.ts";
export type { RunInOptions } from "./lib/workspace/run-in-repositories.ts";
export type { WorkerOptions } from "./lib/workspace/worker-count.ts";
export type { ServiceSpec, Wave } from "./lib/model/service.ts";
export type { ServiceState } from "./lib/model/service-state.ts";
export type { Settings } from "./lib/model/settings.ts";
export type { ServiceStatus } from "./lib/model/state-document.ts";
export type { WatchEnd, WatchEvent, WatchTotals } from "./lib/model/watch-event.ts";
export type { Watch, WatchHandle } from "./lib/workspace/watch-each.ts";
export type { WatchInOptions } from "./lib/workspace/watch-in-repositories.ts";

const launcher = fileURLToPath(new URL("../bin/groundswell.js", import.meta.url));

/** A services.yaml that was read and found right, ready to be started. */
export interface DependencySystem {
  readonly services: readonly ServiceSpec[];
  readonly waves: readonly Wave[];
  readonly settings: Settings;
  /** Absolute path of the services file. */
  readonly file: string;
  /** Absolute real path of its folder: the workspace. */
  readonly root: string;
  /** What services inherit and `${…}` sees. */
  readonly environment: Readonly<Record<string, string>>;
}

/** A kill underway. */
export interface KillHandle {
  readonly done: Promise<StopReport>;
}

/**
 * Sorts services into waves. O(services + edges).
 *
 * @throws {UserError} `DEPENDENCY_UNKNOWN`, `DEPENDENCY_CYCLE`.
 */
export function calculateDependencyWaves(services: readonly ServiceSpec[]): readonly Wave[] {
  return sortIntoWaves(services);
}

/**
 * Reads services.yaml, `.env` and settings. Starts nothing.
 *
 * @param options.file Default: services.yaml in the current folder or the nearest above.
 * @param options.env Default: `process.env`.
 * @throws {UserError} With every problem of the file at once.
 */
export async function initParallelDependencySystem(
  options: { readonly file?: string; readonly env?: NodeJS.ProcessEnv } = {},
): Promise<DependencySystem> {
  const environment = environmentOf(options.env ?? process.env);
  const { file, root } = findWorkspaceRoot(process.cwd(), options.file ?? null);
  const { services, settings } = await readServicesFile({ file, ambient: environment, profiles: [] });
  return { services, waves: sortIntoWaves(services), settings, file, root, environment };
}

/**
 * Starts all services in waves and waits until each is settled. They go on running after the process that asked has ended.
 *
 * @param onEvent Told what happens, as it happens.
 * @returns Exit code 0: all ready or completed; 2: some; 1: none.
 * @throws {UserError} When the services file or the workspace does not allow a start.
 */
export async function executeParallelStartupSequence(
  system: DependencySystem,
  onEvent: Emit = () => {},
): Promise<{ readonly exitCode: StartEnd["exitCode"]; readonly services: readonly ServiceEnd[] }> {
  const { file, environment: ambient } = system;
  const read = await readServicesFile({ file, ambient, profiles: [] });
  const { exitCode, services } = await requestOfSupervisor(
    { paths: pathsOf(system), version: versionOfPackage(), launcher, early: null, onChannel: () => {} },
    {
      kind: "start",
      workspaceId: pathsOf(system).id,
      file: packServices(read),
      services: [],
      strategy: null,
      noDependencies: false,
      failFast: false,
      fresh: false,
      profiles: [],
    },
    onEvent,
  );
  return { exitCode, services };
}

/**
 * Begins to stop everything in one parallel kill.
 *
 * @param options.timeoutMs Caps every service's grace period, in milliseconds; default: each its own.
 */
export function parallelKillServices(
  system: DependencySystem,
  options: { readonly timeoutMs?: number } = {},
): KillHandle {
  const paths = pathsOf(system);
  const done = requestStop(
    {
      paths,
      version: versionOfPackage(),
      onChannel: () => {},
      stopFromDisk: (request, emit) => stopFromDisk(paths, { ...request, force: new AbortController().signal }, emit),
    },
    {
      kind: "stop",
      services: [],
      force: false,
      timeoutMs: options.timeoutMs ?? (system.settings.killTimeoutIsExplicit ? system.settings.killTimeoutMs : null),
      ordered: !system.settings.parallelKill,
    },
    () => {},
  );
  // Whoever waits gets the error; one who never waits must not be ended by it.
  done.catch(() => {});
  return { done };
}

/** Waits until the kill has ended and been verified. `ok`: nothing survived; `forced` needed SIGKILL. */
export async function waitForKillCompletion(
  handle: KillHandle,
): Promise<{ readonly ok: boolean; readonly forced: readonly string[]; readonly survivors: readonly Survivor[] }> {
  const { ok, forced, survivors } = await handle.done;
  return { ok, forced, survivors };
}

/**
 * How one service stands now.
 *
 * @param options.file Default: services.yaml in the current folder or the nearest above.
 * @throws {UserError} `SERVICE_UNKNOWN` when no start has met a service of that name.
 */
export async function getParallelServiceStatus(
  name: string,
  options: { readonly file?: string } = {},
): Promise<ServiceStatus> {
  const paths = workspacePaths(findWorkspaceRoot(process.cwd(), options.file ?? null).root);
  const standing = await askStatus(paths, versionOfPackage(), { probe: false, patienceMs: 500 });
  const known = standing.from === "nowhere" ? [] : standing.document.services;
  const records = standing.from === "supervisor" ? known : await recordsFromDisk(paths, known);
  assertKnownServices(
    [name],
    records.map((record) => record.name),
  );
  const [status] = await statusRows(
    records.filter((record) => record.name === name),
    stateReason,
  );
  if (status === undefined) throw new Error(`no row for ${name}`);
  return status;
}

/**
 * Runs a command in repositories, many at a time, to its end in each. One that fails is an outcome, and the others go on.
 *
 * @param repositories Paths, relative to `options.root`.
 * @param argv Program and arguments; no shell reads them. `{name}`, `{path}`, `{rel}` and `{index}` are filled in.
 * @returns An outcome for each, in their order.
 * @throws {UserError} `PATH_ESCAPE`, `WORKSPACE_UNWRITABLE`; nothing was begun then.
 */
export async function runEach(
  repositories: readonly (string | Repository)[],
  argv: readonly [string, ...string[]],
  options: RunInOptions = {},
): Promise<readonly RunOutcome[]> {
  return await runInRepositories(repositories, argv, options);
}

/** Counts outcomes. `exitCode` 0: all ok; 2: some; 1: none. What was skipped counts as not ok. */
export function aggregateOutcomes(outcomes: readonly RunOutcome[]): RunTotals {
  return totalsOf(outcomes);
}

/** How many commands `run` runs at a time in so many repositories. At least 1. */
export function workerCount(repositories: number, options: WorkerOptions): number {
  return countWorkers(repositories, options);
}

/**
 * Begins a command in every repository at once, and watches over it until it is stopped or all of it has ended. What does not start, or dies, is
 * told; the others go on.
 *
 * @param repositories Paths, relative to the workspace.
 * @param argv Program and arguments; no shell reads them. `{name}`, `{path}`, `{rel}` and `{index}` are filled in.
 * @throws {UserError} `PATH_ESCAPE`, `WORKSPACE_UNWRITABLE`; nothing was begun then.
 */
export async function watchEach(
  repositories: readonly (string | Repository)[],
  argv: readonly [string, ...string[]],
  options: WatchInOptions = {},
): Promise<Watch> {
  return await watchInRepositories(repositories, argv, options);
}

function environmentOf(env: NodeJS.ProcessEnv): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.entries(env).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])),
  );
}

function pathsOf({ root }: DependencySystem): WorkspacePaths {
  return workspacePaths(root);
}

function versionOfPackage(): string {
  const { version }: { readonly version: string } = JSON.parse(
    readFileSync(new URL("../package.json", import.meta.url), "utf8"),
  );
  return version;
}
