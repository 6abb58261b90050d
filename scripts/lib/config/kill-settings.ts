import { join } from "node:path";
import { UserError } from "../diagnostic/user-error.ts";
import { type EnvEntries, readEnvText } from "./dotenv.ts";
import { ProblemList } from "./problem-list.ts";
import { resolveSettings, settingsFrom } from "./settings.ts";
import { readSourceText } from "./source-text.ts";

/** What `stop` heeds of the tuning variables, without reading services.yaml. */
export interface KillSettings {
  /** PARALLEL_KILL_TIMEOUT where somebody set it: caps every grace period; null: each service its own. */
  readonly timeoutMs: number | null;
  /** PARALLEL_KILL_ENABLED together with ENABLE_PARALLEL_OPERATIONS. */
  readonly parallel: boolean;
}

const heeded = new Set(["PARALLEL_KILL_TIMEOUT", "PARALLEL_KILL_ENABLED", "ENABLE_PARALLEL_OPERATIONS"]);

/**
 * Reads them from `.env` in the workspace and, stronger, the environment. Other variables are not looked at: a mistake in one of those must not keep anybody from stopping.
 *
 * @throws {UserError} `SETTING_INVALID`.
 */
export function readKillSettings(root: string, ambient: Readonly<Record<string, string | undefined>>): KillSettings {
  const problems = new ProblemList();
  const ours = [...readDotEnv(root, ambient)].filter(([name]) => heeded.has(name));
  const around = Object.entries(ambient).filter(([name, text]) => heeded.has(name) && text !== undefined);
  const settings = resolveSettings(
    [
      settingsFrom(ours.map(([name, { value }]) => [name, { text: value, span: null, origin: ".env" }] as const)),
      settingsFrom(around.map(([name, text = ""]) => [name, { text, span: null, origin: "the environment" }] as const)),
    ],
    problems,
  );
  const [first, ...more] = problems.ofSeverity("error");
  if (first !== undefined) throw new UserError([first, ...more]);
  return { timeoutMs: settings.killTimeoutIsExplicit ? settings.killTimeoutMs : null, parallel: settings.parallelKill };
}

/** Most workspaces have none, and one that cannot be read, or holds mistakes of other kinds, must not keep anybody from stopping. */
function readDotEnv(root: string, ambient: Readonly<Record<string, string | undefined>>): EnvEntries {
  const source = readSourceText(join(root, ".env"), root);
  if (!("text" in source)) return new Map();
  return readEnvText(source, (above) => (name) => above(name) ?? ambient[name], new ProblemList());
}
