import { constants, accessSync, statSync } from "node:fs";
import { resolve } from "node:path";
import { errnoOf } from "../diagnostic/errno-of.ts";

/**
 * Looks a program up as execvp(3) would: a name with a slash from `cwd`, any other along `searchPath`.
 *
 * @returns null when it can be executed; ENOENT when there is no such file, EACCES when one is there but may not be executed.
 */
export function executableProblem(program: string, cwd: string, searchPath: string): "ENOENT" | "EACCES" | null {
  const candidates = program.includes("/")
    ? [resolve(cwd, program)]
    : searchPath.split(":").map((folder) => resolve(cwd, folder, program));
  let problem: "ENOENT" | "EACCES" = "ENOENT";
  for (const candidate of candidates) {
    const stat = program === "" ? undefined : statSync(candidate, { throwIfNoEntry: false });
    if (stat === undefined) continue;
    if (stat.isFile() && isAccessible(candidate)) return null;
    problem = "EACCES";
  }
  return problem;
}

/**
 * Why a process could not be started in a folder; null when it could.
 */
export function folderProblem(folder: string): string | null {
  try {
    if (!statSync(folder).isDirectory()) return "ENOTDIR";
    accessSync(folder, constants.X_OK);
    return null;
  } catch (error) {
    return errnoOf(error) || "EINVAL";
  }
}

function isAccessible(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
