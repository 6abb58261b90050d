import { clearPorts } from "./clear-ports.ts";
import type { StartRequest } from "./operation.ts";
import { followedBy, type Replacement, replacementsOf } from "./replace-runs.ts";
import { type Intent, type Stage, stopAll, stopRuns } from "./stage.ts";
import { plannedEvent, planOf, warningEvents } from "./start-operation.ts";
import type { StartPlan } from "./start-plan.ts";
import type { Starting } from "./starting.ts";
import type { World } from "./world.ts";

/** Takes stock, replaces what changed, and makes the plan: everything of it is pending or up afterwards. */
export async function prepareStart(stage: Stage, request: StartRequest, starting: Starting): Promise<StartPlan> {
  const { file } = request;
  const services = [...followedBy(file.services, request.services)];
  const plan = await planOf(file, request.restart?.because === "asked" ? { ...request, services } : request);
  announcePlan(stage, request, plan, starting);
  await takeUp(stage, request);
  const force = starting.force.signal;
  if (request.fresh) await stopAll(stage, stage.table.stopped([]), force);
  else await replace(stage, request, plan, force);
  return setOut(stage, plan);
}

/** From here on the workspace is meant to be what the request says. */
export async function takeUp(stage: Stage, { file, profiles }: StartRequest): Promise<void> {
  const known = file.services.map(({ name }) => name);
  Object.assign(stage.intent, { file, known, profiles, desired: "running" } satisfies Intent);
  for (const event of warningEvents(file)) stage.world.emit(event);
  await stage.table.takeStock(file, stage.previous);
  // Were we killed right after a spawn, before its record, then nothing else would tell that our end was no clean one.
  stage.persist();
}

export function announcePlan({ listeners }: Stage, { file }: StartRequest, plan: StartPlan, starting: Starting): void {
  starting.plan = plan;
  starting.file = file;
  listeners.tell(starting, plannedEvent(plan, file));
}

/** Everything of the plan that is not up is pending afterwards, or has failed for a port. */
export async function setOut({ table, world }: Stage, plan: StartPlan): Promise<StartPlan> {
  const pending = table.plan(plan);
  await clearPorts(pending, world, (runId) => table.hasRunId(runId));
  return plan;
}

async function replace(stage: Stage, { restart }: StartRequest, plan: StartPlan, force: AbortSignal): Promise<void> {
  const specs = plan.waves.flatMap(({ services }) => services);
  const all = specs.map(({ name }) => name);
  const { names, because } = restart ?? { names: [], because: "asked" };
  const asked = new Set(restart?.names.length === 0 ? all : names);
  const replacements = replacementsOf(specs, stage.table.runs, { names: asked, because });
  if (replacements.length === 0) return;
  announce(stage.world, replacements);
  const runs = replacements.map(({ run }) => run);
  await stopRuns(stage, runs, force);
}

/** Says of each service that it is restarted, and why. */
export function announce(world: World, replacements: readonly Replacement[]): void {
  for (const { run, because, keys } of replacements) {
    world.emit({ type: "service-restarting", at: Date.now(), service: run.name, because, keys });
    run.restarts += 1;
  }
}
