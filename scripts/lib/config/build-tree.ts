import type { SourceSpan } from "../model/source-span.ts";
import type { ProblemList } from "./problem-list.ts";
import type { SourceText } from "./source-text.ts";
import { isAlias, isMap, isScalar, isSeq, type Node, type Scalar, type YAMLMap } from "./yaml-module.ts";
import type { MapEntry, MapNode, ScalarNode, YamlNode } from "./yaml-tree.ts";

/** With all aliases written out; a real file of a hundred services has about 2,000. */
const mostNodes = 50_000;
const deepest = 64;
/** Tags the package yaml knows and we do not; what it does not know it reports itself. */
const foreignTags = new Set(["binary", "omap", "pairs", "set", "timestamp"].map((tag) => `tag:yaml.org,2002:${tag}`));

/** Turns the nodes of the package yaml into ours: aliases resolved, merge keys merged, duplicate keys, foreign tags and alias bombs reported. */
export function buildTree(contents: Node, source: SourceText, problems: ProblemList): YamlNode {
  return new TreeBuilder(source, problems).build(contents, "", 0, { file: source.file, offset: 0, length: 0 });
}

class TreeBuilder {
  readonly #source: SourceText;
  readonly #problems: ProblemList;
  readonly #anchors = new Map<string, YamlNode | "unfinished">();
  /** Nodes below each node, aliases written out. */
  readonly #sizes = new Map<YamlNode, number>();
  #total = 0;
  #isBlownUp = false;

  constructor(source: SourceText, problems: ProblemList) {
    this.#source = source;
    this.#problems = problems;
  }

  /** @param fallback The span of a value that is not written at all: its key's. */
  build(node: unknown, label: string, depth: number, fallback: SourceSpan): YamlNode {
    if (isAlias(node)) return this.#resolve(node.source, label, this.#spanOf(node, fallback));
    const span = this.#spanOf(node, fallback);
    const { anchor, tag } = isScalar(node) || isMap(node) || isSeq(node) ? node : {};
    if (tag !== undefined && foreignTags.has(tag)) {
      this.#problems.add("YAML_UNKNOWN_TAG", `Unknown tag: ${tag}`, span);
    }
    if (anchor !== undefined) this.#anchors.set(anchor, "unfinished");
    const built = this.#convert(node, label, depth, span);
    if (anchor !== undefined) this.#anchors.set(anchor, built);
    this.#total += 1;
    return built;
  }

  #convert(node: unknown, label: string, depth: number, span: SourceSpan): YamlNode {
    if (depth > deepest && !isScalar(node)) {
      this.#problems.add("YAML_SYNTAX", "This is nested too deeply", span);
      return this.#nothing(label, span);
    }
    if (isSeq(node)) {
      const items = node.items.map((item, index) => this.build(item, `${label}[${index}]`, depth + 1, span));
      return this.#sized({ kind: "list", items, label, span }, items);
    }
    if (isMap(node)) return this.#map(node, label, depth, span);
    return this.#scalar(isScalar(node) ? node : null, label, span);
  }

  #scalar(node: Scalar | null, label: string, span: SourceSpan): ScalarNode {
    const { file: _, offset, length } = span;
    const raw = this.#source.text.slice(offset, offset + length);
    const value = node?.value;
    if (typeof value === "string") return this.#sized({ kind: "scalar", value, text: value, raw, label, span }, []);
    if (typeof value === "number" || typeof value === "boolean") {
      return this.#sized({ kind: "scalar", value, text: node?.source ?? String(value), raw, label, span }, []);
    }
    return this.#nothing(label, span);
  }

  #map(node: YAMLMap, label: string, depth: number, span: SourceSpan): MapNode {
    const entries = new Map<string, MapEntry>();
    const merged: MapNode[] = [];
    for (const { key: keyNode, value: valueNode } of node.items) {
      const keySpan = this.#spanOf(keyNode, span);
      if (isScalar(keyNode) && typeof keyNode.value === "symbol") {
        merged.push(...this.#mergeSources(this.build(valueNode, label, depth + 1, keySpan)));
        continue;
      }
      const key = this.#keyText(keyNode, keySpan);
      if (key === null) continue;
      const value = this.build(valueNode, label === "" ? key : `${label}.${key}`, depth + 1, keySpan);
      const first = entries.get(key);
      if (first) {
        this.#problems.add("YAML_DUPLICATE_KEY", `The key "${key}" stands here twice`, keySpan, {
          related: [{ span: first.keySpan, label: "first here" }],
          hint: "Remove one of them.",
        });
      } else {
        entries.set(key, { key, keySpan, value });
      }
    }
    for (const source of merged) {
      for (const entry of source.entries.values()) if (!entries.has(entry.key)) entries.set(entry.key, entry);
    }
    return this.#sized(
      { kind: "map", entries, label, span },
      [...entries.values()].map(({ value }) => value),
    );
  }

  /** What `<<` brings in: a map or a list of maps, the first one having the last word. */
  #mergeSources(value: YamlNode): readonly MapNode[] {
    const sources = value.kind === "list" ? value.items : [value];
    return sources.flatMap((source) => {
      if (source.kind === "map") return [source];
      if (source.kind === "scalar" && source.value === null) return [];
      this.#problems.add("YAML_SYNTAX", "<< merges maps only", source.span);
      return [];
    });
  }

  #keyText(keyNode: unknown, keySpan: SourceSpan): string | null {
    const text = isScalar(keyNode)
      ? typeof keyNode.value === "string"
        ? keyNode.value
        : (keyNode.source ?? "")
      : null;
    if (text === null || text === "__proto__") {
      this.#problems.add(
        "YAML_SYNTAX",
        text === null ? "A key must be plain text" : `"${text}" cannot be a key`,
        keySpan,
      );
      return null;
    }
    return text;
  }

  #resolve(anchor: string, label: string, span: SourceSpan): YamlNode {
    const target = this.#anchors.get(anchor);
    if (target === undefined || target === "unfinished") {
      const fault =
        target === undefined
          ? `There is no anchor &${anchor} above this alias`
          : `The alias *${anchor} stands inside of what it names`;
      this.#problems.add("YAML_ALIAS", fault, span);
      return this.#nothing(label, span);
    }
    this.#total += this.#sizes.get(target) ?? 1;
    if (this.#total > mostNodes) {
      this.#total -= this.#sizes.get(target) ?? 1;
      if (this.#isBlownUp) return this.#nothing(label, span);
      this.#isBlownUp = true;
      this.#problems.add("YAML_ALIAS", `Aliases blow this file up to more than ${mostNodes} values`, span);
      this.#problems.distrust(span.file, span.offset);
      return this.#nothing(label, span);
    }
    return target;
  }

  #nothing(label: string, span: SourceSpan): ScalarNode {
    return this.#sized({ kind: "scalar", value: null, text: "", raw: "", label, span }, []);
  }

  #sized<T extends YamlNode>(node: T, children: readonly YamlNode[]): T {
    this.#sizes.set(
      node,
      children.reduce((sum, child) => sum + (this.#sizes.get(child) ?? 1), 1),
    );
    return node;
  }

  #spanOf(node: unknown, fallback: SourceSpan): SourceSpan {
    const range = isScalar(node) || isMap(node) || isSeq(node) || isAlias(node) ? node.range : null;
    if (!range || range[1] <= range[0]) return fallback;
    return { file: this.#source.file, offset: range[0], length: range[1] - range[0] };
  }
}
