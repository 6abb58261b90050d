import { criticalPathMs } from "../graph/critical-path-ms.ts";
import { oneByOneOrder } from "../graph/one-by-one-order.ts";
import { selectServices } from "../graph/select-services.ts";
import { sortIntoWaves } from "../graph/sort-into-waves.ts";
import type { Event, ServiceEnd, StartEnd, StartStrategy } from "../model/event.ts";
import type { Wave } from "../model/service.ts";
import type { ServicesFile } from "../model/services-file.ts";
import type { ServiceRun } from "./service-run.ts";
import { exitCodeOf, planStart, type StartPlan } from "./start-plan.ts";

/** What of a start's request decides its plan. */
export interface PlanRequest {
  readonly services: readonly string[];
  readonly strategy: "waves" | "eager" | null;
  /** Of the named services: started too; waited for and not started; or not asked about. */
  readonly dependencies: "start" | "await" | "ignore";
  readonly failFast: boolean;
}

/** The plan for what was asked for and its dependencies. A service's wave is that of the whole file, whatever part of it is started. */
export async function planOf(file: ServicesFile, request: PlanRequest): Promise<StartPlan> {
  const selected = selectServices(file.services, request.services, { dependencies: request.dependencies === "start" });
  const chosen = new Set(selected.map(({ name }) => name));
  const strategy: StartStrategy = file.settings.parallelStart ? (request.strategy ?? "waves") : "one-by-one";
  const waves: Wave[] = sortIntoWaves(file.services)
    .map(({ index, services }) => ({ index, services: services.filter(({ name }) => chosen.has(name)) }))
    .filter(({ services }) => services.length > 0);
  const order =
    strategy === "one-by-one" ? (await oneByOneOrder(file.services)).filter(({ name }) => chosen.has(name)) : [];
  return planStart(waves, {
    strategy,
    order,
    // One that is restarted within the start has its turn again, and still nobody starts beside another.
    limit: strategy === "one-by-one" ? 1 : file.settings.startLimit,
    failFast: request.failFast,
    ignoreOthers: request.dependencies === "ignore",
  });
}

/** Whether a start underway starts all that is wanted, by the same specs. */
export function covers(plan: StartPlan, wanted: StartPlan, runs: ReadonlyMap<string, ServiceRun>): boolean {
  return wanted.waves
    .flatMap(({ services }) => services)
    .every(({ name, specHash }) => plan.waveOf.has(name) && runs.get(name)?.spec.specHash === specHash);
}

/** What is going to happen. */
export function plannedEvent(plan: StartPlan, file: ServicesFile): Event {
  const specs = plan.waves.flatMap(({ services }) => services);
  return {
    type: "start-planned",
    at: Date.now(),
    workspace: file.name,
    strategy: plan.strategy,
    waves: plan.waves.map(({ services }) => services.map(({ name }) => name)),
    waitsFor: Object.fromEntries(specs.map(({ name, dependsOn }) => [name, dependsOn.map(({ service }) => service)])),
    ports: Object.fromEntries(specs.map(({ name, ports }) => [name, ports.map(({ port }) => port)])),
  };
}

/** What the file's reader found worth saying, as events. */
export function warningEvents(file: ServicesFile): readonly Event[] {
  return file.warnings.map(({ code, message, place }) => {
    const where = place ? ` (${place.file}:${place.line})` : "";
    return { type: "warning", at: Date.now(), code, message: `${message}${where}` };
  });
}

/** Sums a start up once all its services are settled. */
export function endOf(
  plan: StartPlan,
  runs: ReadonlyMap<string, ServiceRun>,
  spawned: ReadonlySet<string>,
  durationMs: number,
  wasInterrupted: boolean,
): StartEnd {
  const specs = plan.waves.flatMap(({ services }) => services);
  const services = specs.map(({ name, healthCheck }): ServiceEnd => {
    const run = runs.get(name);
    const url = healthCheck.kind === "http" ? healthCheck.url : null;
    const wave = plan.waveOf.get(name) ?? 0;
    if (run === undefined)
      return { name, wave, state: { phase: "pending", waitingFor: [] }, startupMs: null, unchanged: false, url };
    const unchanged = !spawned.has(name) && (run.state.phase === "ready" || run.state.phase === "completed");
    return { name, wave, state: run.state, startupMs: unchanged ? null : run.startupMs, unchanged, url };
  });
  const startups = new Map(
    services.flatMap(({ name, startupMs }) => (startupMs === null ? [] : [[name, startupMs] as const])),
  );
  const measured = startups.size > 0;
  return {
    exitCode: wasInterrupted ? 130 : exitCodeOf(services.map(({ state }) => state)),
    durationMs,
    services,
    criticalPathMs: measured ? criticalPathMs(specs, startups) : null,
    oneByOneMs: measured ? [...startups.values()].reduce((sum, ms) => sum + ms, 0) : null,
  };
}
