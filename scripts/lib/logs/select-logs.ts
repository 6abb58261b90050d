import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { assertKnownServices } from "../diagnostic/assert-known-services.ts";
import { makeProblem, UserError, userError } from "../diagnostic/user-error.ts";

export interface ServiceLog {
  readonly name: string;
  /** Absolute. */
  readonly file: string;
}

/** Logs of ours in the same folder. */
const notServices = new Set(["supervisor", "startup_debug", "events", "watch"]);

/**
 * The logs a user asked for, without services.yaml: services are known by their record or by a log that lies in the folder.
 *
 * @param folder `logs/` of the workspace; may be missing.
 * @param recorded Services that were started, in the order they are to be shown; they come before the others.
 * @param names Empty: every log there is.
 * @throws {UserError} `SERVICE_UNKNOWN` (exit code 64), `LOG_NOT_FOUND` (exit code 1), each naming all it applies to.
 */
export function selectLogs(
  folder: string,
  recorded: readonly ServiceLog[],
  names: readonly string[],
): readonly ServiceLog[] {
  const known = [...recorded, ...unrecorded(folder, new Set(recorded.map(({ name }) => name)))];
  assertKnownServices(
    names,
    known.map(({ name }) => name),
  );
  const asked = known.filter(({ name }) => names.length === 0 || names.includes(name));
  const logs = asked.filter(({ file }) => existsSync(file));
  if (names.length === 0) {
    if (logs.length > 0) return logs;
    throw userError("LOG_NOT_FOUND", `There is no log in ${folder}`, {
      hint: "Nothing has been started here yet: start_dev starts every service.",
      exitCode: 1,
    });
  }
  const [first, ...others] = asked
    .filter((log) => !logs.includes(log))
    .map(({ name, file }) =>
      makeProblem("LOG_NOT_FOUND", `${name} has no log yet`, { hint: `Once it is started it writes to ${file}.` }),
    );
  if (first) throw new UserError([first, ...others], 1);
  return logs;
}

function unrecorded(folder: string, recorded: ReadonlySet<string>): readonly ServiceLog[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder)
    .filter((entry) => entry.endsWith(".log"))
    .map((entry) => ({ name: entry.slice(0, -".log".length), file: join(folder, entry) }))
    .filter(({ name }) => !recorded.has(name) && !notServices.has(name.toLowerCase()))
    .toSorted((a, b) => (a.name < b.name ? -1 : 1));
}
