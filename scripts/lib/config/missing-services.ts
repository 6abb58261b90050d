import { didYouMean } from "../diagnostic/nearest-name.ts";
import type { ProblemList } from "./problem-list.ts";
import type { MapNode } from "./yaml-tree.ts";

/**
 * Reports a file without services to whoever is about to do something with them: a `reload` of a file that has lost the key must not stop everything.
 * A file that holds nothing, or something else than a map, was reported by `parseTree`: it has no length.
 */
export function reportMissingServices(top: MapNode, problems: ProblemList): void {
  if (top.entries.has("services") || top.span.length === 0) return;
  const written = [...top.entries.keys()].find((candidate) => didYouMean("services", [candidate]) !== null);
  const hint =
    written === undefined ? "Add it; a file without any service says services: {}." : `Is "${written}" meant to be it?`;
  const message = top.entries.has("workspace")
    ? "The file has a workspace and no services"
    : "The key services is missing";
  problems.add("KEY_MISSING", message, { ...top.span, length: 1 }, { hint });
}
