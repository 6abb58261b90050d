import type { Dependency } from "../model/service.ts";

/** An edge in a list: the name, with what is not the default: "redis", "db (started)", "cache (optional)". */
export function dependencyWords({ service, condition, required }: Dependency): string {
  const notes = edgeNotes({ condition, required });
  return notes === "" ? service : `${service} (${notes})`;
}

/** What of an edge is not the default (healthy, required): "started", "completed, optional" or nothing. */
export function edgeNotes({ condition, required }: Pick<Dependency, "condition" | "required">): string {
  return [...(condition === "healthy" ? [] : [condition]), ...(required ? [] : ["optional"])].join(", ");
}
