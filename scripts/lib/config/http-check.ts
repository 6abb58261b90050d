import type { HealthCheck, StatusRange } from "../model/service.ts";
import { httpKeys } from "./health-check-keys.ts";
import type { ValueReader } from "./value-reader.ts";
import { type MapNode, mapAt, type ScalarNode, scalarAt, scalarsAt, type YamlNode } from "./yaml-tree.ts";

type HttpCheck = Omit<Extract<HealthCheck, { kind: "http" }>, "timing">;

/** What `curl -f` takes for a success. */
const standardStatus: readonly StatusRange[] = [{ from: 200, to: 399 }];
const token = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/;

/**
 * An http check: a URL, or a map with `url` and more.
 *
 * @param value What stands at `http`.
 * @param map The health check around it; method, headers, status and body may stand there too.
 */
export function readHttpCheck(value: YamlNode, map: MapNode, reader: ValueReader): HttpCheck | null {
  const inner = value.kind === "map" ? value : null;
  const urlNode = inner ? scalarAt(inner, "url") : value.kind === "scalar" ? value : null;
  const at = (key: (typeof httpKeys)[number]): MapNode => {
    const [here, there] = [inner?.entries.get(key), map.entries.get(key)];
    if (here && there) {
      reader.problems.add("VALUE_INVALID", `${key} stands inside of http and beside it`, there.keySpan, {
        related: [{ span: here.keySpan, label: "first here" }],
        hint: "Keep one of them.",
      });
    }
    return inner && here ? inner : map;
  };
  const methodNode = scalarAt(at("method"), "method");
  const bodyNode = scalarAt(at("body"), "body");
  const statusNodes = scalarsAt(at("status"), "status");
  const headers = readHeaders(at("headers"), reader);
  const status = statusNodes.flatMap((node) => readStatus(node, reader) ?? []);
  const method = methodNode && readMethod(methodNode, reader);
  const body = bodyNode && reader.pattern(bodyNode);
  const url = urlNode && readUrl(urlNode, reader);
  if (url === null) return null;
  return {
    kind: "http",
    url,
    method: method ?? "GET",
    headers,
    status: status.length > 0 ? status : standardStatus,
    body,
  };
}

function readUrl(node: ScalarNode, reader: ValueReader): string | null {
  const text = reader.text(node);
  if (text === null || typeof node.value !== "string") return null;
  const url = URL.parse(text);
  if (url?.protocol === "http:" || url?.protocol === "https:") return text;
  return reader.invalid(node, `must be a URL with http:// or https://, not ${reader.shown(node, text)}`);
}

function readMethod(node: ScalarNode, reader: ValueReader): string | null {
  const text = reader.text(node);
  if (text === null || typeof node.value !== "string") return null;
  if (token.test(text)) return text.toUpperCase();
  return reader.invalid(node, `must be an HTTP method such as GET, not ${reader.shown(node, text)}`);
}

function readHeaders(map: MapNode, reader: ValueReader): Readonly<Record<string, string>> {
  const headers: [string, string][] = [];
  for (const { key, keySpan, value } of mapAt(map, "headers")?.entries.values() ?? []) {
    if (!token.test(key)) {
      reader.problems.add("VALUE_INVALID", `${JSON.stringify(key)} cannot be the name of a header`, keySpan);
      continue;
    }
    const text = value.kind === "scalar" && value.value !== null ? reader.text(value) : null;
    if (text === null || value.kind !== "scalar") continue;
    if (/[^\t\x20-\x7E\x80-\xFF]/.test(text)) reader.invalid(value, "holds a character no header can carry");
    else headers.push([key, text]);
  }
  return Object.fromEntries(headers);
}

/** `200`, `"200-299"`, `2xx`. */
function readStatus(node: ScalarNode, reader: ValueReader): StatusRange | null {
  if (typeof node.value === "boolean") return null;
  const text = reader.text(node);
  if (text === null) return null;
  const range = parseStatus(text);
  return (
    range ??
    reader.invalid(node, `must be a status from 100 to 599 or a range such as 200-299, not ${reader.shown(node, text)}`)
  );
}

function parseStatus(text: string): StatusRange | null {
  const hundred = /^\s*([1-5])xx\s*$/i.exec(text)?.[1];
  if (hundred !== undefined) return { from: Number(hundred) * 100, to: Number(hundred) * 100 + 99 };
  const [, first, last] = /^\s*(\d{3})\s*(?:-\s*(\d{3})\s*)?$/.exec(text) ?? [];
  const [from, to] = [Number(first), Number(last ?? first)];
  return from >= 100 && to <= 599 && from <= to ? { from, to } : null;
}
