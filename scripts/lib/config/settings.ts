import type { Settings } from "../model/settings.ts";
import { parseDecimal, secondsToMs } from "./durations.ts";
import type { SourceSpan } from "../model/source-span.ts";
import { parseSize } from "./sizes.ts";
import type { ProblemList } from "./problem-list.ts";
import { type SettingDefinition, settingDefinitions, type SettingName } from "./setting-definitions.ts";
import { shortened } from "./value-reader.ts";

/** A setting as somebody wrote it, and where. */
export interface WrittenSetting {
  readonly text: string;
  readonly span: SourceSpan | null;
  /** `the environment`, `.env`, `settings` of services.yaml. */
  readonly origin: string;
}

/** Settings as written in one place, by variable name. */
export type SettingLayer = ReadonlyMap<string, WrittenSetting>;

/**
 * Works the settings out. Every layer is checked, also values another layer overrides; a faulty value counts as not written.
 *
 * @param layers Later ones win.
 */
export function resolveSettings(layers: readonly SettingLayer[], problems: ProblemList): Settings {
  const found = new Map<SettingName, number | boolean>();
  for (const layer of layers) {
    for (const definition of settingDefinitions) {
      const written = layer.get(definition.variable);
      const value = written === undefined ? null : parseSetting(definition, written, problems);
      if (value !== null) found.set(definition.variable, value);
    }
  }
  const value = (name: SettingName): number | boolean | string | null =>
    found.get(name) ?? settingDefinitions.find(({ variable }) => variable === name)?.default ?? null;
  const flag = (name: SettingName): boolean => value(name) === true;
  const number = (name: SettingName): number => Number(value(name));
  const limit = value("PARALLEL_START_LIMIT");
  const logMaxSize = value("LOG_MAX_SIZE");
  const parallelOperations = flag("ENABLE_PARALLEL_OPERATIONS");
  return {
    parallelOperations,
    parallelStart: parallelOperations && flag("PARALLEL_START_ENABLED"),
    parallelKill: parallelOperations && flag("PARALLEL_KILL_ENABLED"),
    startupVerification: flag("STARTUP_VERIFICATION_ENABLED"),
    killTimeoutMs: msOf(number("PARALLEL_KILL_TIMEOUT")),
    killTimeoutIsExplicit: found.has("PARALLEL_KILL_TIMEOUT"),
    startTimeoutMs: msOf(number("PARALLEL_START_TIMEOUT")),
    processCheckIntervalMs: msOf(number("PROCESS_CHECK_INTERVAL")),
    maxRetries: number("MAX_PARALLEL_RETRIES"),
    startLimit: typeof limit === "number" ? limit : null,
    logMaxBytes: (typeof logMaxSize === "number" ? logMaxSize : parseSize(String(logMaxSize))) || null,
    logKeep: number("LOG_KEEP"),
    debug: flag("DEBUG"),
  };
}

/** The layer a set of variables makes: those of ours that are not empty. */
export function settingsFrom(variables: Iterable<readonly [name: string, written: WrittenSetting]>): SettingLayer {
  const ours = new Set<string>(settingDefinitions.map(({ variable }) => variable));
  return new Map([...variables].filter(([name, { text }]) => ours.has(name) && isForUs(name, text.trim())));
}

/** DEBUG belongs to others too: `DEBUG=express:*` is no mistake and not meant for us. */
function isForUs(name: string, text: string): boolean {
  return text !== "" && (name !== "DEBUG" || flagOf(text) !== null);
}

/** @returns null for a value that cannot be used: reported. */
function parseSetting(
  definition: SettingDefinition,
  written: WrittenSetting,
  problems: ProblemList,
): number | boolean | null {
  const text = written.text.trim();
  const value = definition.kind === "flag" ? flagOf(text) : parseNumber(definition, text);
  if (value !== null) return value;
  const shown = JSON.stringify(shortened(text));
  const message = `${definition.variable} must be ${expectation(definition)}, not ${shown} (set in ${written.origin})`;
  problems.add("SETTING_INVALID", message, written.span, { hint: settingHint(definition) });
  return null;
}

function flagOf(text: string): boolean | null {
  if (/^(?:true|1|yes|on)$/i.test(text)) return true;
  return /^(?:false|0|no|off)$/i.test(text) ? false : null;
}

function parseNumber(definition: SettingDefinition, text: string): number | null {
  if (definition.kind === "size") return parseSize(text);
  const number = parseDecimal(text);
  if (number === null || number < (definition.least ?? 0)) return null;
  if (definition.kind === "count") return Number.isSafeInteger(number) ? number : null;
  return secondsToMs(number) === null || (number === 0 && definition.least !== 0) ? null : number;
}

function expectation(definition: SettingDefinition): string {
  if (definition.kind === "flag") return "true or false";
  if (definition.kind === "size") return "a size such as 50MB or 512KiB";
  if (definition.kind === "count") return `a whole number of at least ${definition.least ?? 0}`;
  return definition.least === 0 ? "a number of seconds" : "a number of seconds above 0";
}

function settingHint(definition: SettingDefinition): string {
  const { default: standard } = definition;
  return standard === null
    ? "Leave it out for no limit."
    : `The default is ${standard}${definition.kind === "seconds" ? " (seconds)" : ""}.`;
}

function msOf(seconds: number): number {
  return secondsToMs(seconds) ?? 0;
}
