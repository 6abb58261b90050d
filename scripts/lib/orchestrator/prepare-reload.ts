import { dependentsOf } from "../graph/dependents-of.ts";
import type { ReloadDiff } from "../model/event.ts";
import type { ServicesFile } from "../model/services-file.ts";
import type { StartRequest } from "./operation.ts";
import { announce, announcePlan, setOut, takeUp } from "./prepare-start.ts";
import { reloadDiff } from "./reload-diff.ts";
import { followedBy, replacementsOf } from "./replace-runs.ts";
import { type Stage, stopAll } from "./stage.ts";
import { planOf } from "./start-operation.ts";
import type { StartPlan } from "./start-plan.ts";
import type { Starting } from "./starting.ts";

/**
 * Brings what runs into line with the services file: stops what has left it, and plans what is new, what changed, and what could not start for want of those.
 * What was stopped on purpose stays so, whatever changed of it.
 */
export async function prepareReload(stage: Stage, request: StartRequest, starting: Starting): Promise<StartPlan> {
  const { file } = request;
  const { table, world, listeners, intent, previous } = stage;
  const before = { ...intent };
  const isFirst = before.file === null;
  const known = isFirst ? (previous?.known ?? null) : before.known;
  const desired = isFirst ? (previous?.desired ?? "running") : before.desired;
  await takeUp(stage, request);
  const diff = reloadDiff(file, table.runs, known === null ? null : new Set(known), table.orphanNames);
  const dryRun = request.reload?.dryRun === true;
  listeners.tell(starting, { type: "reload-planned", at: Date.now(), diff, dryRun });
  // What was read is not what runs as long as nothing was done about it. Whoever has read nothing before has to go by this file all the same.
  if (dryRun) Object.assign(intent, isFirst ? { known } : before);
  // Somebody has stopped everything: to save a file is not to ask for it again.
  const isStopped = desired === "stopped" && !table.hasLiving;
  if (isStopped) intent.desired = desired;
  const names = dryRun || isStopped ? [] : affectedBy(diff, file, stage);
  const plan = await planOf(file, { ...request, services: names });
  const empty: StartPlan = { ...plan, waves: [], waveOf: new Map(), rank: new Map() };
  const chosen = names.length === 0 ? empty : plan;
  announcePlan(stage, request, chosen, starting);
  if (dryRun) return chosen;
  const specs = chosen.waves.flatMap(({ services }) => services);
  const replacements = replacementsOf(specs, table.runs, { names: new Set(), because: "asked" });
  announce(world, replacements);
  const gone = table.removed(diff.removed);
  const runs = [...gone.runs, ...replacements.map(({ run }) => run)];
  if (runs.length + gone.orphans.length > 0) {
    const report = await stopAll(stage, { ...gone, runs }, starting.force.signal);
    table.remove(report.stopped.filter((name) => diff.removed.includes(name)));
  }
  table.remove(gone.runs.filter(({ record }) => record === null).map(({ name }) => name));
  return setOut(stage, chosen);
}

/** What has to be started, or started anew. */
function affectedBy(diff: ReloadDiff, file: ServicesFile, { table }: Stage): readonly string[] {
  const wasStopped = (name: string): boolean => table.runs.get(name)?.state.phase === "killed";
  const changed = diff.changed.map(({ service }) => service).filter((name) => !wasStopped(name));
  const directly = [...diff.added, ...changed];
  if (directly.length === 0) return [];
  const waiting = dependentsOf(file.services, directly).filter((name) => {
    const phase = table.runs.get(name)?.state.phase;
    return phase === "skipped" || phase === "failed" || phase === "timeout";
  });
  const following = [...followedBy(file.services, changed)].filter((name) => table.runs.get(name)?.isAlive === true);
  return [...new Set([...directly, ...waiting, ...following])];
}
