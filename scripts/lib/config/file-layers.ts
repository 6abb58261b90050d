import type { Settings } from "../model/settings.ts";
import { readDefaultEnvFile, readEnvFiles } from "./env-files.ts";
import { readEnvironment } from "./environment.ts";
import { type Ambient, type EnvironmentLayers, lookupIn, strippedAmbient } from "./environment-layers.ts";
import type { Lookup } from "./interpolate.ts";
import type { ProblemList } from "./problem-list.ts";
import { settingDefinitions } from "./setting-definitions.ts";
import { resolveSettings, type SettingLayer, settingsFrom, type WrittenSetting } from "./settings.ts";
import { shownName } from "./source-text.ts";
import { ValueReader } from "./value-reader.ts";
import { mapAt, type MapNode, nodeAt, scalarAt } from "./yaml-tree.ts";

/** Reads what stands beside the services: `env_file` (or `.env`), `environment` and `settings` of the file, together with the ambient environment. */
export function readFileLayers(
  top: MapNode,
  { root, ambient, problems }: { readonly root: string; readonly ambient: Ambient; readonly problems: ProblemList },
): { readonly layers: EnvironmentLayers; readonly settings: Settings } {
  const stripped = strippedAmbient(ambient);
  // The ambient environment is stronger than .env, so a line of .env that names a variable sees the ambient one first.
  const lookupWith =
    (above: Lookup): Lookup =>
    (name) =>
      stripped.get(name) ?? above(name);
  const envFile = nodeAt(top, ["env_file"]);
  const isNamed = envFile !== null && !(envFile.kind === "scalar" && envFile.value === null);
  const files = isNamed
    ? readEnvFiles(top, { reader: new ValueReader(problems, lookupIn(stripped)), root, lookupWith })
    : readDefaultEnvFile(root, lookupWith, problems);
  const dotenv = new Map([...files].map(([name, { value }]) => [name, value]));
  const reader = new ValueReader(problems, lookupIn(stripped, dotenv));
  const settings = resolveSettings(
    [
      writtenSettings(top, reader),
      settingsFrom(
        [...files].map(([name, { value, span }]) => [name, written(value, shownName(span.file, root), span)]),
      ),
      ambientSettings(ambient),
    ],
    problems,
  );
  return { layers: { dotenv, ambient: stripped, top: readEnvironment(top, reader) }, settings };
}

/** The settings of the environment a command ran in. */
export function ambientSettings(ambient: Ambient): SettingLayer {
  return settingsFrom(
    settingDefinitions.map(({ variable }) => [variable, written(ambient[variable] ?? "", "the environment", null)]),
  );
}

function written(text: string, origin: string, span: WrittenSetting["span"]): WrittenSetting {
  return { text, origin, span };
}

/** The key `settings`: lower-case names of variables. */
function writtenSettings(top: MapNode, reader: ValueReader): SettingLayer {
  const map = mapAt(top, "settings");
  const layer = new Map<string, WrittenSetting>();
  for (const { variable, kind } of settingDefinitions) {
    const node = map && scalarAt(map, variable.toLowerCase());
    if (!node || (kind !== "flag" && typeof node.value === "boolean")) continue;
    const value = kind === "flag" ? reader.flag(node) : reader.text(node);
    if (value !== null) layer.set(variable, written(String(value), "settings", node.span));
  }
  return layer;
}
