import { mkdirSync, rmSync, unlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { errnoOf } from "../diagnostic/errno-of.ts";
import { userError } from "../diagnostic/user-error.ts";
import type { WorkspacePaths } from "../model/workspace.ts";

/**
 * Makes `.groundswell/` (0700, ignoring itself in git), `pids/` and `logs/`.
 *
 * @throws {UserError} `WORKSPACE_UNWRITABLE` naming the folder that cannot be made or written.
 */
export function prepareWorkspace(paths: WorkspacePaths): void {
  prepareStateFolder(paths);
  make(paths.pids, 0o755);
  make(paths.logs, 0o755);
  for (const folder of [paths.pids, paths.logs]) assertWritable(folder);
}

/**
 * Makes `.groundswell/` only.
 *
 * @throws {UserError} `WORKSPACE_UNWRITABLE`.
 */
export function prepareStateFolder({ state }: WorkspacePaths): void {
  make(state, 0o700);
  write(join(state, ".gitignore"), "*\n", state);
}

function make(folder: string, mode: number): void {
  try {
    mkdirSync(folder, { recursive: true, mode });
  } catch (error) {
    throw unwritable(folder, error);
  }
}

function write(file: string, text: string, folder: string): void {
  try {
    writeFileSync(file, text, { flag: "wx", mode: 0o600 });
  } catch (error) {
    if (errnoOf(error) === "EEXIST") return;
    // An empty one would be taken for written the next time.
    rmSync(file, { force: true });
    throw unwritable(folder, error);
  }
}

/** access(2) lies to root and on read-only mounts of some kinds: only a real file proves it. */
function assertWritable(folder: string): void {
  const probe = join(folder, `.writable.${process.pid}`);
  try {
    writeFileSync(probe, "");
    unlinkSync(probe);
  } catch (error) {
    throw unwritable(folder, error);
  }
}

function unwritable(folder: string, error: unknown): Error {
  const code = errnoOf(error) || String(error);
  return userError("WORKSPACE_UNWRITABLE", `Cannot write in ${folder} (${code})`, {
    hint: "Groundswell keeps PID files, logs and its state in the workspace. Check owner, mode and free space of that folder.",
  });
}
