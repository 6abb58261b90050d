import { existsSync, statSync } from "node:fs";
import { resolve } from "node:path";
import { type EnvEntry, readEnvText } from "./dotenv.ts";
import type { Lookup } from "./interpolate.ts";
import type { ProblemList } from "./problem-list.ts";
import { readSourceText } from "./source-text.ts";
import type { ValueReader } from "./value-reader.ts";
import { type MapNode, nodeAt, type ScalarNode, scalarAt } from "./yaml-tree.ts";

type Entries = ReadonlyMap<string, EnvEntry>;

interface EnvFilesRequest {
  readonly reader: ValueReader;
  readonly root: string;
  /** Given the lines above, the variables that `${…}` sees. */
  readonly lookupWith: (above: Lookup) => Lookup;
}

/**
 * The variables of all files an `env_file` names, later files and lines winning.
 *
 * A file that is missing is `ENV_FILE_NOT_FOUND` at its name, unless it is written `{ path, required: false }`. For a service that is
 * off by profile no file is read.
 */
export function readEnvFiles(map: MapNode, { reader, root, lookupWith }: EnvFilesRequest): Entries {
  const entries = new Map<string, EnvEntry>();
  for (const { path: node, isRequired } of writtenFiles(map, reader)) {
    if (reader.isOff) break;
    const path = reader.text(node);
    if (path === null) continue;
    if (path === "") {
      reader.invalid(node, "is empty");
      continue;
    }
    const file = resolve(root, path);
    if (!isRequired && !existsSync(file)) continue;
    const source = readSourceText(file, root);
    if ("message" in source) {
      const why = source.errno === "ENOENT" ? "is not there" : `cannot be read: ${source.message}`;
      reader.report("ENV_FILE_NOT_FOUND", `The env file ${path} ${why}`, node, {
        hint: source.errno === "ENOENT" ? "Create it, or write { path: …, required: false }." : null,
      });
      continue;
    }
    reader.problems.addSource(source);
    const seeing = (above: Lookup): Lookup => lookupWith((name) => above(name) ?? entries.get(name)?.value);
    for (const [name, entry] of readEnvText(source, seeing, reader.problems)) entries.set(name, entry);
  }
  return entries;
}

/** The variables of `.env` beside services.yaml; none when there is no such file. A folder of that name (a Python environment) is none. */
export function readDefaultEnvFile(
  root: string,
  lookupWith: EnvFilesRequest["lookupWith"],
  problems: ProblemList,
): Entries {
  const file = resolve(root, ".env");
  if (!statSync(file, { throwIfNoEntry: false })?.isFile()) return new Map();
  const source = readSourceText(file, root);
  if ("message" in source) {
    problems.add("ENV_FILE_NOT_FOUND", `The file .env cannot be read: ${source.message}`, null);
    return new Map();
  }
  problems.addSource(source);
  return readEnvText(source, lookupWith, problems);
}

function writtenFiles(map: MapNode, reader: ValueReader): readonly { path: ScalarNode; isRequired: boolean }[] {
  const written = nodeAt(map, ["env_file"]);
  const items = written?.kind === "list" ? written.items : written?.kind === "scalar" ? [written] : [];
  return items.flatMap((item) => {
    if (item.kind === "scalar") return typeof item.value === "string" ? [{ path: item, isRequired: true }] : [];
    const path = item.kind === "map" ? scalarAt(item, "path") : null;
    const required = item.kind === "map" ? scalarAt(item, "required") : null;
    if (typeof path?.value !== "string") return [];
    return [{ path, isRequired: required === null || (reader.flag(required) ?? true) }];
  });
}
