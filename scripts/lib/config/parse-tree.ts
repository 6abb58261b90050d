import type { ProblemList } from "./problem-list.ts";
import { readYaml } from "./read-yaml.ts";
import { reportSchemaProblems } from "./schema-problems.ts";
import type { SourceText } from "./source-text.ts";
import type { MapNode } from "./yaml-tree.ts";

/**
 * Parses a services file and checks its shape: the part that needs the packages yaml and zod. It depends on nothing but the text.
 *
 * @param ofServices Where findings about the shape of the services go.
 * @returns The file's map; an empty one of no length where there is something else: reported.
 */
export function parseTree(source: SourceText, problems: ProblemList, ofServices = problems): MapNode {
  const empty: MapNode = {
    kind: "map",
    entries: new Map(),
    label: "",
    span: { file: source.file, offset: 0, length: 0 },
  };
  const tree = readYaml(source, problems);
  if (tree === null || (tree.kind === "scalar" && tree.value === null)) {
    problems.add("KEY_MISSING", "The file is empty: the key services is missing", empty.span, {
      hint: "Add it; a file without any service says services: {}.",
    });
    return empty;
  }
  reportSchemaProblems(tree, problems, ofServices);
  return tree.kind === "map" ? tree : empty;
}
