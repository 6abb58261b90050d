import type { Dependency, DependencyCondition } from "../model/service.ts";
import type { SourceSpan } from "../model/source-span.ts";
import type { ValueReader } from "./value-reader.ts";
import { type MapNode, nodeAt, scalarAt } from "./yaml-tree.ts";

/** Ours first, Compose's behind. */
export const conditionSpellings = {
  started: "started",
  healthy: "healthy",
  completed: "completed",
  service_started: "started",
  service_healthy: "healthy",
  service_completed_successfully: "completed",
} as const satisfies Record<string, DependencyCondition>;

type Spelling = keyof typeof conditionSpellings;
const spellings = Object.keys(conditionSpellings).filter((text): text is Spelling => text in conditionSpellings);

/** The key `depends_on`: a list of names, or a map from names to conditions. A dependency listed without a condition must be healthy. */
export function readDependencies(service: MapNode, reader: ValueReader): readonly Dependency[] {
  const node = nodeAt(service, ["depends_on"]);
  if (node?.kind === "map") {
    return [...node.entries.values()].map(({ key, keySpan, value }) =>
      value.kind === "map" ? readEdge(key, keySpan, value, reader) : plainEdge(key, keySpan),
    );
  }
  if (node?.kind !== "list") return [];
  const seen = new Set<string>();
  return node.items.flatMap((item) => {
    const name = item.kind === "scalar" && typeof item.value === "string" ? reader.text(item) : null;
    if (name === null || item.kind !== "scalar") return [];
    if (seen.has(name)) {
      reader.invalid(item, `names "${name}" a second time`, { hint: "Remove one of them." });
      return [];
    }
    seen.add(name);
    return [plainEdge(name, item.span)];
  });
}

function plainEdge(service: string, span: SourceSpan): Dependency {
  return { service, condition: "healthy", required: true, restart: false, span };
}

function readEdge(service: string, span: SourceSpan, map: MapNode, reader: ValueReader): Dependency {
  const condition = scalarAt(map, "condition");
  const required = scalarAt(map, "required");
  const restart = scalarAt(map, "restart");
  const spelling = condition === null ? null : reader.choice(condition, spellings, 3);
  return {
    service,
    condition: spelling === null ? "healthy" : conditionSpellings[spelling],
    required: required === null || (reader.flag(required) ?? true),
    restart: restart !== null && (reader.flag(restart) ?? false),
    span,
  };
}
