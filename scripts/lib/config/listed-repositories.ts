import { normalize } from "node:path";
import type { ListedRepository } from "../model/repository-workspace.ts";
import type { SourceSpan } from "../model/source-span.ts";
import { tagPattern } from "../repos/tag-expression.ts";
import { readEnvironment } from "./environment.ts";
import type { ValueReader } from "./value-reader.ts";
import { type MapNode, nodeAt, type ScalarNode, scalarAt, scalarsAt } from "./yaml-tree.ts";

/** The key `list`. An entry without a usable path is left out: reported. */
export function readListedRepositories(repositories: MapNode, reader: ValueReader): readonly ListedRepository[] {
  const node = nodeAt(repositories, ["list"]);
  const maps = node?.kind === "list" ? node.items.filter((item) => item.kind === "map") : [];
  const list: ListedRepository[] = [];
  const names = new Map<string, SourceSpan>();
  const paths = new Map<string, SourceSpan>();
  for (const map of maps) {
    const repository = readListed(map, reader);
    if (repository === null) continue;
    const at = { path: scalarAt(map, "path")?.span ?? map.span, name: scalarAt(map, "name")?.span };
    const path = withoutEnd(normalize(repository.path));
    const isTwice = claim(paths, path, at.path, `The path "${path}" is listed twice`, reader);
    // One and the same folder needs no second complaint.
    if (!isTwice) {
      const name = repository.name ?? path;
      claim(names, name, at.name ?? at.path, `Two repositories are named "${name}"`, reader);
    }
    list.push(repository);
  }
  return list;
}

function readListed(map: MapNode, reader: ValueReader): ListedRepository | null {
  const read = <T>(key: string, as: (node: ScalarNode) => T | null): T | null => {
    const node = scalarAt(map, key);
    return node && as(node);
  };
  const name = read("name", (node) => readName(node, reader));
  const path = read("path", (node) => reader.path(node));
  const tags = scalarsAt(map, "tags").flatMap((node) => readTag(node, reader) ?? []);
  const environment = Object.fromEntries(readEnvironment(map, reader, "env"));
  const timeoutMs = read("timeout", (node) => reader.durationMs(node, false));
  return path === null
    ? null
    : { name, path, tags: [...new Set(tags)], environment, timeoutMs, span: scalarAt(map, "path")?.span ?? map.span };
}

function readName(node: ScalarNode, reader: ValueReader): string | null {
  const text = typeof node.value === "string" ? reader.text(node) : null;
  return text?.trim() === "" ? reader.invalid(node, "is empty", { hint: "Leave it out: the path is the name." }) : text;
}

function readTag(node: ScalarNode, reader: ValueReader): string | null {
  const text = typeof node.value === "string" ? reader.text(node) : null;
  if (text === null || tagPattern.test(text)) return text;
  return reader.invalid(node, `cannot be a tag: ${reader.shown(node, text)}`, {
    hint: "Tags are letters, digits and . _ - : /, so that expressions can name them.",
  });
}

/** @returns Whether somebody had it before: reported. */
function claim(
  taken: Map<string, SourceSpan>,
  key: string,
  span: SourceSpan,
  message: string,
  reader: ValueReader,
): boolean {
  const first = taken.get(key);
  if (first === undefined) {
    taken.set(key, span);
    return false;
  }
  reader.problems.add("VALUE_INVALID", message, span, { related: [{ span: first, label: "first here" }] });
  return true;
}

/** `backend/` and `backend` are one folder. */
function withoutEnd(path: string): string {
  return path.length > 1 ? path.replace(/\/$/, "") : path;
}
