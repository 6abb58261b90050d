import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parseEnv } from "node:util";
import { UserError } from "../diagnostic/user-error.ts";
import { ProblemList } from "./problem-list.ts";
import { resolveSettings, settingsFrom } from "./settings.ts";

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
  const layers = [
    { variables: readDotEnv(join(root, ".env")), origin: ".env" },
    { variables: ambient, origin: "the environment" },
  ];
  const settings = resolveSettings(
    layers.map(({ variables, origin }) =>
      settingsFrom(
        Object.entries(variables)
          .filter(([name, text]) => heeded.has(name) && text !== undefined)
          .map(([name, text]) => [name, { text: text ?? "", span: null, origin }] as const),
      ),
    ),
    problems,
  );
  const [first, ...more] = problems.ofSeverity("error");
  if (first !== undefined) throw new UserError([first, ...more]);
  return { timeoutMs: settings.killTimeoutIsExplicit ? settings.killTimeoutMs : null, parallel: settings.parallelKill };
}

function readDotEnv(file: string): Readonly<Record<string, string | undefined>> {
  try {
    return parseEnv(readFileSync(file, "utf8"));
  } catch {
    // Most workspaces have none; one that cannot be read must not keep anybody from stopping.
    return {};
  }
}
