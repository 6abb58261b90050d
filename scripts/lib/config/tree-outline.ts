import type { SourceText } from "./source-text.ts";
import type { MapEntry, MapNode, ScalarNode, YamlNode } from "./yaml-tree.ts";

/** Pairs of start and length, within some text; empty: all of it. */
type Runs = readonly number[];

type OutlineNode =
  | { readonly scalar: "string"; readonly at: Place; readonly runs: Runs }
  | { readonly scalar: "number" | "boolean" | "null"; readonly at: Place }
  | { readonly list: readonly number[]; readonly at: Place }
  | {
      readonly map: readonly { readonly at: Place; readonly runs: Runs; readonly value: number }[];
      readonly at: Place;
    };

type Place = readonly [offset: number, length: number];

/** Where in a file which value stands, and no value: with the file's text it is the tree again. Nodes by number, the root last. */
export type Outline = readonly OutlineNode[];

/** A text with more pieces is better parsed again. */
const mostRuns = 400;

/** @returns null when the text alone does not give a value back: one with escapes, say. */
export function outlineOf(tree: MapNode, { text }: SourceText): Outline | null {
  const nodes: OutlineNode[] = [];
  const numbers = new Map<YamlNode, number>();
  let isComplete = true;

  function runsOf(value: string, [offset, length]: Place): Runs {
    const runs = piecesOf(value, text.slice(offset, offset + length));
    isComplete &&= runs !== null;
    return runs ?? [];
  }

  function add(node: YamlNode): number {
    const known = numbers.get(node);
    if (known !== undefined) return known;
    const outline = outlineNode(node);
    numbers.set(node, nodes.length);
    return nodes.push(outline) - 1;
  }

  function outlineNode(node: YamlNode): OutlineNode {
    const at = [node.span.offset, node.span.length] as const;
    if (node.kind === "list") return { list: node.items.map(add), at };
    if (node.kind === "scalar") {
      if (typeof node.value === "string") return { scalar: "string", at, runs: runsOf(node.value, at) };
      const scalar = typeof node.value === "number" ? "number" : node.value === null ? "null" : "boolean";
      return { scalar, at };
    }
    const map = [...node.entries.values()].map(({ key, keySpan, value }) => {
      const keyAt = [keySpan.offset, keySpan.length] as const;
      return { at: keyAt, runs: runsOf(key, keyAt), value: add(value) };
    });
    return { map, at };
  }

  add(tree);
  return isComplete ? nodes : null;
}

/**
 * The tree an outline was made of.
 *
 * @param source The same text.
 */
export function treeOf(outline: Outline, { file, text }: SourceText): MapNode {
  const built = new Map<number, YamlNode>();

  function build(number: number, label: string): YamlNode {
    const known = built.get(number);
    if (known !== undefined) return known;
    const node = outline[number];
    if (node === undefined) throw new Error(`no node ${number}`);
    const tree = buildNode(node, label);
    built.set(number, tree);
    return tree;
  }

  function buildNode(node: OutlineNode, label: string): YamlNode {
    const [offset, length] = node.at;
    const span = { file, offset, length };
    if ("list" in node) {
      return { kind: "list", items: node.list.map((item, index) => build(item, `${label}[${index}]`)), label, span };
    }
    if ("map" in node) {
      const entries = node.map.map(({ at, runs, value }): readonly [string, MapEntry] => {
        const key = joined(runs, text.slice(at[0], at[0] + at[1]));
        const keySpan = { file, offset: at[0], length: at[1] };
        return [key, { key, keySpan, value: build(value, label === "" ? key : `${label}.${key}`) }];
      });
      return { kind: "map", entries: new Map(entries), label, span };
    }
    const raw = text.slice(offset, offset + length);
    return { kind: "scalar", label, span, ...scalarOf(node, raw) };
  }

  const root = build(outline.length - 1, "");
  if (root.kind !== "map") throw new Error("the root is no map");
  return root;
}

function scalarOf(
  node: Extract<OutlineNode, { scalar: unknown }>,
  raw: string,
): Pick<ScalarNode, "value" | "text" | "raw"> {
  switch (node.scalar) {
    case "string": {
      const value = joined(node.runs, raw);
      return { value, text: value, raw };
    }
    case "number":
      return { value: Number(raw), text: raw, raw };
    case "boolean":
      return { value: raw.toLowerCase() === "true", text: raw, raw };
    case "null":
      return { value: null, text: "", raw: "" };
  }
}

/** The pieces of `raw` that make up `value`, in order: what stands between quotes, or the lines of a block without their indentation. */
function piecesOf(value: string, raw: string): Runs | null {
  if (value === raw) return [];
  const runs: number[] = [];
  let from = 0;
  for (let done = 0; done < value.length;) {
    const start = raw.indexOf(value.charAt(done), from);
    if (start === -1 || runs.length >= 2 * mostRuns) return null;
    let length = 1;
    while (done + length < value.length && raw[start + length] === value[done + length]) length += 1;
    runs.push(start, length);
    done += length;
    from = start + length;
  }
  // Nothing at all is not the same as all of it.
  return runs.length === 0 ? [0, 0] : runs;
}

function joined(runs: Runs, raw: string): string {
  if (runs.length === 0) return raw;
  let text = "";
  for (let index = 0; index < runs.length; index += 2) {
    const start = runs[index] ?? 0;
    text += raw.slice(start, start + (runs[index + 1] ?? 0));
  }
  return text;
}
