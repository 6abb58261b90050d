import type { RepositoryGroup } from "../model/repository-workspace.ts";
import { parseTagExpression } from "../repos/tag-expression.ts";
import type { ValueReader } from "./value-reader.ts";
import { reportWorkspaceName } from "./workspace-names.ts";
import { mapAt, type MapNode, type ScalarNode, scalarAt, verbatimSpan, type YamlNode } from "./yaml-tree.ts";

/** The key `groups`. A faulty group is left out: reported. */
export function readRepositoryGroups(workspace: MapNode, reader: ValueReader): ReadonlyMap<string, RepositoryGroup> {
  const groups = new Map<string, RepositoryGroup>();
  for (const entry of mapAt(workspace, "groups")?.entries.values() ?? []) {
    reportWorkspaceName(entry, "group", reader.problems);
    const group = readGroup(entry.value, reader);
    if (group !== null) groups.set(entry.key, group);
  }
  return groups;
}

function readGroup(node: YamlNode, reader: ValueReader): RepositoryGroup | null {
  if (node.kind === "map") {
    const tags = scalarAt(node, "tags");
    const expression = tags && readExpression(tags, reader);
    return expression === null ? null : { kind: "tags", expression };
  }
  if (node.kind !== "list") return null;
  if (node.items.length === 0) {
    reader.problems.add("VALUE_INVALID", `${node.label} is empty: it names no repository`, node.span, {
      hint: "Write globs of names: [frontend/*].",
    });
  }
  const globs = node.items.flatMap((item) => (item.kind === "scalar" ? (readGlob(item, reader) ?? []) : []));
  return globs.length === 0 ? null : { kind: "names", globs };
}

function readGlob(node: ScalarNode, reader: ValueReader): string | null {
  const text = typeof node.value === "string" ? reader.text(node) : null;
  return text?.trim() === "" ? reader.invalid(node, "is empty", { hint: "Write a glob of names: frontend/*." }) : text;
}

function readExpression(node: ScalarNode, reader: ValueReader): string | null {
  const text = typeof node.value === "string" ? reader.text(node) : null;
  if (text === null) return null;
  const parsed = parseTagExpression(text);
  if (parsed.kind !== "fault") return text;
  // Where variables were put in, no place of the file is that of the fault.
  const isVerbatim = text === node.text;
  const span = isVerbatim ? verbatimSpan(node, parsed.offset, parsed.length) : node.span;
  const from = isVerbatim ? "" : `: ${reader.shown(node, text)}`;
  reader.problems.add("TAG_EXPRESSION_SYNTAX", `The tag expression ${parsed.message}${from}`, span, {
    hint: parsed.hint,
  });
  return null;
}
