import type { Event } from "../model/event.ts";
import type { ServiceSpec } from "../model/service.ts";
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
    else if (run.state.phase === "unhealthy") replaced.set(spec.name, { run, because: "unhealthy", keys: [] });
  }
  for (let grown = true; grown;) {
    grown = false;
    for (const spec of specs) {
      const run = runs.get(spec.name);
      if (run === undefined || !run.isAlive || replaced.has(spec.name)) continue;
      if (!spec.dependsOn.some(({ service, restart }) => restart && replaced.has(service))) continue;
      replaced.set(spec.name, { run, because: "dependency", keys: [] });
      grown = true;
    }
  }
  return [...replaced.values()];
}

function changedKeys(before: ServiceSpec, now: ServiceSpec): readonly string[] {
  const keys = new Set([...Object.keys(before.specKeys), ...Object.keys(now.specKeys)]);
  return [...keys].filter((key) => before.specKeys[key] !== now.specKeys[key]);
}
