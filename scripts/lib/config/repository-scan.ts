import type { RepositoryScan } from "../model/repository-workspace.ts";
import type { ValueReader } from "./value-reader.ts";
import { mapAt, type MapNode, nodeAt, type ScalarNode, scalarAt, scalarsAt } from "./yaml-tree.ts";

const standard: RepositoryScan = {
  depth: 4,
  markers: [".git", ".jj"],
  exclude: ["node_modules", "vendor"],
  nested: false,
};

/** The key `scan`: a map, or true or false. @returns `scan` null: switched off. */
export function readRepositoryScan(
  repositories: MapNode,
  reader: ValueReader,
): { readonly scan: RepositoryScan | null; readonly isWritten: boolean } {
  const switched = scalarAt(repositories, "scan");
  if (switched !== null) return { scan: reader.flag(switched) === false ? null : standard, isWritten: true };
  const map = mapAt(repositories, "scan");
  if (map === null) return { scan: standard, isWritten: false };
  const depth = scalarAt(map, "depth");
  const nested = scalarAt(map, "nested");
  const scan: RepositoryScan = {
    depth: (depth && reader.count(depth, 0)) ?? standard.depth,
    markers: readTexts(map, "markers", (node) => readMarker(node, reader)) ?? standard.markers,
    exclude: readTexts(map, "exclude", (node) => reader.path(node)) ?? standard.exclude,
    nested: (nested && reader.flag(nested)) ?? standard.nested,
  };
  const markers = nodeAt(map, ["markers"]);
  if (markers?.kind === "list" && markers.items.length === 0) {
    reader.problems.add("VALUE_INVALID", `${markers.label} is empty: no folder would be a repository`, markers.span, {
      hint: "Remove the key for the default, or write scan: false.",
    });
  }
  return { scan, isWritten: true };
}

/** @returns null when the key is not written. */
function readTexts(map: MapNode, key: string, as: (node: ScalarNode) => string | null): readonly string[] | null {
  if (!map.entries.has(key)) return null;
  return scalarsAt(map, key).flatMap((node) => as(node) ?? []);
}

function readMarker(node: ScalarNode, reader: ValueReader): string | null {
  const text = typeof node.value === "string" ? reader.text(node) : null;
  if (text === null) return null;
  if (text !== "" && text !== "." && text !== ".." && !text.includes("/")) return text;
  return reader.invalid(node, `must be the name of a file or folder, not ${reader.shown(node, text)}`);
}
