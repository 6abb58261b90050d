import { readEnvFiles } from "./env-files.ts";
import { type Ambient, type EnvironmentLayers, lookupIn, type Variables } from "./environment-layers.ts";
import type { Lookup } from "./interpolate.ts";
import { isWithheld } from "./setting-definitions.ts";
import type { ValueReader } from "./value-reader.ts";
import { type MapNode, nodeAt, type ScalarNode } from "./yaml-tree.ts";

/** One service's variables by where they were declared. */
export interface ServiceEnvironment {
  readonly layers: EnvironmentLayers;
  readonly envFile: Variables;
  readonly own: Variables;
  /** What `${…}` in the service's strings sees. */
  readonly lookup: Lookup;
}

const validName = /^[^=\0\s]+$/;

/** Reads a service's `env_file` and `environment`. Values see the layers below, never each other. */
export function readServiceEnvironment(
  service: MapNode,
  layers: EnvironmentLayers,
  reader: ValueReader,
  root: string,
): ServiceEnvironment {
  const below = lookupIn(layers.top, layers.ambient, layers.dotenv);
  const files = readEnvFiles(service, {
    reader: reader.withLookup(below),
    root,
    lookupWith: (above) => (name) => above(name) ?? below(name),
  });
  const envFile = new Map([...files].map(([name, { value }]) => [name, value]));
  const belowOwn: Lookup = (name) => envFile.get(name) ?? below(name);
  const own = readEnvironment(service, reader.withLookup(belowOwn));
  return { layers, envFile, own, lookup: (name) => own.get(name) ?? belowOwn(name) };
}

/**
 * The key `environment` of a map, or one of another name: `{ NAME: value }` or `[NAME=value]`. A name without a value takes the value of the layers below,
 * if there is one.
 */
export function readEnvironment(map: MapNode, reader: ValueReader, key = "environment"): Variables {
  const variables = new Map<string, string>();
  const set = (name: string, value: string | null | undefined, at: ScalarNode): void => {
    if (!validName.test(name)) reader.invalid(at, `names no variable: ${JSON.stringify(name)}`);
    else if (value !== null && value !== undefined) variables.set(name, value);
  };
  const node = nodeAt(map, [key]);
  if (node?.kind === "list") {
    for (const item of node.items) {
      const text = item.kind === "scalar" && item.value !== null ? reader.text(item) : null;
      if (text === null || item.kind !== "scalar") continue;
      const equals = text.indexOf("=");
      if (equals === -1) set(text, passedOn(text, reader), item);
      else set(text.slice(0, equals), text.slice(equals + 1), item);
    }
  } else if (node?.kind === "map") {
    for (const { key: name, value } of node.entries.values()) {
      if (value.kind === "scalar") set(name, value.value === null ? passedOn(name, reader) : reader.text(value), value);
    }
  }
  return variables;
}

function passedOn(name: string, reader: ValueReader): string | undefined {
  reader.named.add(name);
  return reader.lookup(name);
}

/**
 * The whole environment the service's process gets: `.env`, ambient, top-level `environment`, `env_file`, `environment`, later ones winning.
 * Variables that steer us are left out of the first two unless the service names them. `PYTHONUNBUFFERED=1` unless set.
 */
export function wholeEnvironment(
  { layers, envFile, own }: ServiceEnvironment,
  named: ReadonlySet<string>,
): Readonly<Record<string, string>> {
  const inherited = [...layers.dotenv, ...layers.ambient].filter(([name]) => !isWithheld(name) || named.has(name));
  return Object.fromEntries([["PYTHONUNBUFFERED", "1"], ...inherited, ...layers.top, ...envFile, ...own]);
}

/**
 * What a command gets that is run beside the services: `.env`, the whole environment it was typed in, the top-level `environment`, later ones winning.
 * Of `.env` variables that steer us are left out, as for services.
 */
export function commandEnvironment(layers: EnvironmentLayers, ambient: Ambient): Readonly<Record<string, string>> {
  const typedIn = Object.entries(ambient).flatMap(([name, value]) =>
    value === undefined ? [] : ([[name, value]] as const),
  );
  return Object.fromEntries([...[...layers.dotenv].filter(([name]) => !isWithheld(name)), ...typedIn, ...layers.top]);
}

/** Declared variables that count for the spec hash, by name: never ambient ones but those the service names. */
export function hashedVariables(
  { layers, envFile, own, lookup }: ServiceEnvironment,
  named: ReadonlySet<string>,
): Variables {
  const declared = new Map([...layers.dotenv].filter(([name]) => !isWithheld(name)));
  for (const [name, value] of [...layers.top, ...envFile, ...own]) declared.set(name, value);
  for (const name of named) {
    const value = lookup(name);
    if (value !== undefined) declared.set(name, value);
  }
  return declared;
}
