import type { SourceSpan } from "../model/source-span.ts";

interface Located {
  /** Where it stands, as in `services.web.ports[0]`; for an alias where the anchor stands. */
  readonly label: string;
  readonly span: SourceSpan;
}

export interface ScalarNode extends Located {
  readonly kind: "scalar";
  readonly value: string | number | boolean | null;
  /** A string's value; anything else as it was written (`1.10` stays `1.10`); "" for null. */
  readonly text: string;
  /** The file's own characters of `span`, quotes and all. */
  readonly raw: string;
}

export interface ListNode extends Located {
  readonly kind: "list";
  readonly items: readonly YamlNode[];
}

export interface MapEntry {
  readonly key: string;
  readonly keySpan: SourceSpan;
  readonly value: YamlNode;
}

export interface MapNode extends Located {
  readonly kind: "map";
  readonly entries: ReadonlyMap<string, MapEntry>;
}

/** A YAML value that knows where it stands. Aliases are resolved and merge keys merged. */
export type YamlNode = ScalarNode | ListNode | MapNode;

/** The value without its places. */
export function plainValue(node: YamlNode): unknown {
  if (node.kind === "scalar") return node.value;
  if (node.kind === "list") return node.items.map(plainValue);
  return Object.fromEntries([...node.entries.values()].map(({ key, value }) => [key, plainValue(value)]));
}

/** The node at a path of keys and indices, or null. */
export function nodeAt(root: YamlNode, path: readonly PropertyKey[]): YamlNode | null {
  let node: YamlNode | undefined = root;
  for (const step of path) {
    if (node?.kind === "map") node = node.entries.get(String(step))?.value;
    else if (node?.kind === "list") node = node.items[Number(step)];
    else return null;
  }
  return node ?? null;
}

/** The value of a key when it has this kind. A value of another kind is null: the schema has spoken about it. */
export function scalarAt(map: MapNode, key: string): ScalarNode | null {
  const value = map.entries.get(key)?.value;
  return value?.kind === "scalar" && value.value !== null ? value : null;
}

export function mapAt(map: MapNode, key: string): MapNode | null {
  const value = map.entries.get(key)?.value;
  return value?.kind === "map" ? value : null;
}

/** The scalars of a list, or the one scalar that stands in its place; empty when there are none. */
export function scalarsAt(map: MapNode, key: string): readonly ScalarNode[] {
  const value = map.entries.get(key)?.value;
  if (value?.kind === "list") return value.items.filter((item) => item.kind === "scalar");
  return value?.kind === "scalar" && value.value !== null ? [value] : [];
}

/**
 * The span of characters of a scalar's value in the file. Quotes, escapes and folding are allowed for by counting dollar signs;
 * where that does not come out, the whole scalar is meant.
 *
 * @param index Of the first character within `node.text`, at or after a dollar sign.
 */
export function spanWithin(node: ScalarNode, index: number, length: number): SourceSpan {
  const dollar = node.text.lastIndexOf("$", index);
  if (dollar === -1 || countDollars(node.text) !== countDollars(node.raw)) return node.span;
  let start = -1;
  for (let left = countDollars(node.text.slice(0, dollar + 1)); left > 0; left -= 1) {
    start = node.raw.indexOf("$", start + 1);
  }
  const isVerbatim = node.raw.startsWith(node.text.slice(dollar, index + length), start);
  const offset = node.span.offset + start;
  return isVerbatim
    ? { file: node.span.file, offset: offset + index - dollar, length }
    : { file: node.span.file, offset, length: 1 };
}

/**
 * The span of characters of a scalar's value in the file where the value stands there as it is: without quotes, or in quotes and without escapes.
 * Else the whole scalar is meant.
 */
export function verbatimSpan(node: ScalarNode, index: number, length: number): SourceSpan {
  const start = node.raw.indexOf(node.text);
  return start === -1 ? node.span : { file: node.span.file, offset: node.span.offset + start + index, length };
}

/** The first place of these words in a scalar as it was written; where they are not found, all of it. */
export function spanOfPart(node: ScalarNode, part: string): SourceSpan {
  const start = node.raw.indexOf(part);
  return start === -1 ? node.span : { file: node.span.file, offset: node.span.offset + start, length: part.length };
}

function countDollars(text: string): number {
  return text.split("$").length - 1;
}
