import type { ReloadDiff } from "../model/event.ts";
import type { ServiceSpec } from "../model/service.ts";
import type { ServicesFile } from "../model/services-file.ts";
import { changedKeys } from "./replace-runs.ts";
import { shownValue } from "./shown-value.ts";
import type { ServiceRun } from "./service-run.ts";

/**
 * What a services file, as it is now, changes of what runs.
 *
 * @param runs Every service that is known, by the spec it was last started with.
 * @param known Names the file bore when it was last read; null: that is not known, and what never was started is not new.
 * @param orphans Names of living services that had left the file before this supervisor read it.
 */
export function reloadDiff(
  file: ServicesFile,
  runs: ReadonlyMap<string, ServiceRun>,
  known: ReadonlySet<string> | null,
  orphans: readonly string[],
): ReloadDiff {
  const now = new Map(file.services.map((spec) => [spec.name, spec]));
  const changed = file.services.filter(({ name, specHash }) => {
    const run = runs.get(name);
    return run !== undefined && run.spec.specHash !== specHash;
  });
  const added = file.services.filter(({ name }) => !runs.has(name) && known !== null && !known.has(name));
  const removed = [...runs.keys()].filter((name) => !now.has(name));
  return {
    added: added.map(({ name }) => name),
    removed: [...removed, ...orphans.filter((name) => !runs.has(name))],
    changed: changed.map((spec) => ({ service: spec.name, changes: changesOf(runs.get(spec.name)?.spec, spec) })),
    unchanged: file.services.length - added.length - changed.length,
  };
}

function changesOf(before: ServiceSpec | undefined, now: ServiceSpec): ReloadDiff["changed"][number]["changes"] {
  if (before === undefined) return [];
  return changedKeys(before, now).map((key) => {
    const was = before.specKeys[key] === undefined ? null : shownValue(before, key);
    const is = now.specKeys[key] === undefined ? null : shownValue(now, key);
    // Of what an earlier supervisor had started, no values are known: only that they were others.
    return was === is ? { key, before: null, after: is } : { key, before: was, after: is };
  });
}
