import type { ProblemList } from "./problem-list.ts";
import type { MapEntry } from "./yaml-tree.ts";

export const namePattern = /^[A-Za-z0-9][A-Za-z0-9_.-]{0,62}$/;

/** Names of files of ours beside the services' logs. */
const reservedNames: readonly string[] = ["supervisor", "startup_debug", "events", "watch"];

/** Reports names that cannot be file names everywhere, names of ours, and names that differ in case only. */
export function reportBadNames(services: Iterable<MapEntry>, problems: ProblemList): void {
  const seen = new Map<string, MapEntry>();
  for (const service of services) {
    const { key, keySpan } = service;
    const folded = key.toLowerCase();
    const twin = seen.get(folded);
    if (!namePattern.test(key)) {
      problems.add("SERVICE_NAME_INVALID", `${JSON.stringify(key)} cannot be the name of a service`, keySpan, {
        hint: "Use 1 to 63 letters, digits, dots, hyphens and underscores, and begin with a letter or digit.",
      });
    } else if (reservedNames.includes(folded)) {
      problems.add("SERVICE_NAME_RESERVED", `The name "${key}" is taken by Groundswell itself`, keySpan, {
        hint: `Reserved are ${reservedNames.join(", ")}.`,
      });
    } else if (twin) {
      problems.add("SERVICE_NAME_DUPLICATE", `"${key}" and "${twin.key}" differ in case only`, keySpan, {
        related: [{ span: twin.keySpan, label: "first here" }],
        hint: "Logs and process records are files named after the service, and some file systems take both for one.",
      });
    }
    if (!twin) seen.set(folded, service);
  }
}
