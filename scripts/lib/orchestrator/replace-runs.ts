import type { Event } from "../model/event.ts";
import type { ServiceSpec } from "../model/service.ts";
import { isUp } from "../model/service-state.ts";
import type { ServiceRun } from "./service-run.ts";

type Because = Extract<Event, { type: "service-restarting" }>["because"];

/** A running service that has to go before the start, and why. */
export interface Replacement {
  readonly run: ServiceRun;
  readonly because: Because;
  /** Keys of services.yaml, or `environment.NAME`, that changed. */
  readonly keys: readonly string[];
}

/**
 * Which of the running services a start replaces: those whose spec changed, those found unhealthy, those asked for,
 * and along `restart: true` edges their dependents.
 *
 * @param specs The services of the plan as services.yaml has them now.
 * @param asked Names to be restarted whatever their state; `because` says on whose behalf.
 */
export function replacementsOf(
  specs: readonly ServiceSpec[],
  runs: ReadonlyMap<string, ServiceRun>,
  asked: { readonly names: ReadonlySet<string>; readonly because: Because },
): readonly Replacement[] {
  const replaced = new Map<string, Replacement>();
  for (const spec of specs) {
    const run = runs.get(spec.name);
    if (run === undefined || !(run.isAlive || run.state.phase === "completed")) continue;
    if (asked.names.has(spec.name)) replaced.set(spec.name, { run, because: asked.because, keys: [] });
    else if (run.spec.specHash !== spec.specHash)
      replaced.set(spec.name, { run, because: "changed", keys: changedKeys(run.spec, spec) });
    else if (run.state.phase === "unhealthy" && hasAllItNeeds(spec, runs))
      replaced.set(spec.name, { run, because: "unhealthy", keys: [] });
  }
  for (const name of followedBy(specs, [...replaced.keys()])) {
    const run = runs.get(name);
    if (run?.isAlive && !replaced.has(name)) replaced.set(name, { run, because: "dependency", keys: [] });
  }
  return [...replaced.values()];
}

/** One that is unhealthy while something it needs is down is likely to recover by itself: restarting it would only lose its state. */
function hasAllItNeeds({ dependsOn }: ServiceSpec, runs: ReadonlyMap<string, ServiceRun>): boolean {
  return dependsOn.every(({ service }) => {
    const state = runs.get(service)?.state;
    return state !== undefined && isUp(state);
  });
}

/** The services and, along `restart: true` edges, those that restart with them; directly or not. */
export function followedBy(specs: readonly ServiceSpec[], names: readonly string[]): ReadonlySet<string> {
  const followed = new Set(names);
  for (let before = -1; before < followed.size;) {
    before = followed.size;
    for (const { name, dependsOn } of specs) {
      if (dependsOn.some(({ service, restart }) => restart && followed.has(service))) followed.add(name);
    }
  }
  return followed;
}

export function changedKeys(before: ServiceSpec, now: ServiceSpec): readonly string[] {
  const keys = new Set([...Object.keys(before.specKeys), ...Object.keys(now.specKeys)]);
  return [...keys].filter((key) => before.specKeys[key] !== now.specKeys[key]);
}
