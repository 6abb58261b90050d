import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { errnoOf } from "../diagnostic/errno-of.ts";
import { exitCodes, userError } from "../diagnostic/user-error.ts";
import type { RunOutcome } from "../model/run-outcome.ts";
import type { WorkspacePaths } from "../model/workspace.ts";
import { prepareStateFolder } from "../state/prepare-workspace.ts";
import type { CommandRequest } from "./compose-command.ts";

/** What `run` did last in a workspace, for `--retry-failed`. */
export interface LastRun {
  readonly request: CommandRequest;
  readonly isShell: boolean;
  /** Paths of the repositories in which it was not ok. */
  readonly notOk: readonly string[];
}

const version = 1;

/**
 * Written to a temporary file and renamed; mode 0600, since arguments may be secret.
 *
 * @returns The errno where it cannot be kept: then the run before stays the last one known.
 */
export function keepLastRun(
  paths: WorkspacePaths,
  run: { readonly request: CommandRequest; readonly isShell: boolean; readonly outcomes: readonly RunOutcome[] },
): string | null {
  const { request, isShell, outcomes } = run;
  const notOk = outcomes.filter(({ result }) => result.kind !== "ok").map(({ repository }) => repository.path);
  const file = fileIn(paths.state);
  const temporary = `${file}.${process.pid}.tmp`;
  try {
    // Somebody may have tidied up meanwhile; and with --interactive nothing has been written yet.
    mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
    prepareStateFolder(paths);
    writeFileSync(temporary, JSON.stringify({ version, request, isShell, notOk }), { mode: 0o600 });
    renameSync(temporary, file);
    return null;
  } catch (error) {
    rmSync(temporary, { force: true });
    return errnoOf(error) || String(error);
  }
}

/**
 * @param allowsNone true: that all was ok is no mistake.
 * @throws {UserError} `USAGE` (exit code 64) when nothing was run yet, what was noted cannot be understood (a later version's), or all was ok.
 */
export function readLastRun({ root, state }: WorkspacePaths, allowsNone: boolean): LastRun {
  const run = parse(read(fileIn(state)));
  if (run === null) throw nothingToRetry(`No run in ${root} is remembered`, "Run something first.");
  if (run.notOk.length > 0 || allowsNone) return run;
  throw nothingToRetry("The last run was ok in every repository", "If that is fine too: --allow-empty.");
}

function nothingToRetry(why: string, hint: string): Error {
  return userError("USAGE", `${why}: there is nothing to retry`, { exitCode: exitCodes.usage, hint });
}

function read(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch (error) {
    if (errnoOf(error) === "ENOENT") return "";
    throw error;
  }
}

function parse(text: string): LastRun | null {
  try {
    const run: (LastRun & { readonly version: unknown }) | null = JSON.parse(text);
    return run?.version === version && isLastRun(run) ? run : null;
  } catch {
    return null;
  }
}

function isLastRun({ request, notOk }: Partial<LastRun>): boolean {
  const areTexts = (list: unknown): boolean => Array.isArray(list) && list.every((text) => typeof text === "string");
  return areTexts(request?.args) && areTexts(notOk);
}

function fileIn(state: string): string {
  return join(state, "runs", "last.json");
}
