import type { Lookup } from "./interpolate.ts";
import { isStripped } from "./setting-definitions.ts";

/** The environment a command ran in. */
export type Ambient = Readonly<Record<string, string | undefined>>;

export type Variables = ReadonlyMap<string, string>;

/** What every service's environment begins with, the weakest first. */
export interface EnvironmentLayers {
  /** `.env`, or what the top-level `env_file` names. */
  readonly dotenv: Variables;
  /** The environment the command ran in, stripped. */
  readonly ambient: Variables;
  /** The top-level `environment`. */
  readonly top: Variables;
}

/** The ambient variables a service may see: without npm's and our own. */
export function strippedAmbient(ambient: Ambient): Variables {
  const variables = new Map<string, string>();
  for (const [name, value] of Object.entries(ambient)) {
    if (value !== undefined && !isStripped(name)) variables.set(name, value);
  }
  return variables;
}

/** Looks a name up in several layers; the first that has it counts. */
export function lookupIn(...strongestFirst: readonly Variables[]): Lookup {
  return (name) => strongestFirst.find((layer) => layer.has(name))?.get(name);
}
