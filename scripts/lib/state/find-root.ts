import { existsSync, realpathSync } from "node:fs";
import { basename, dirname, join, resolve } from "node:path";
import { userError } from "../diagnostic/user-error.ts";

const fileNames = ["services.yaml", "services.yml"];

/** The services file and its folder, which is the workspace; both real paths. */
export interface WorkspaceRoot {
  readonly root: string;
  readonly file: string;
}

/**
 * Finds the workspace without reading the file: `explicitFile` if given, else services.yaml (or .yml) in `startFolder` or the nearest folder above it.
 *
 * @param explicitFile As the user wrote it after --file: relative to `startFolder`, or a folder that holds one.
 * @throws {UserError} `CONFIG_NOT_FOUND`.
 */
export function findWorkspaceRoot(startFolder: string, explicitFile: string | null): WorkspaceRoot {
  if (explicitFile !== null) {
    const asked = resolve(startFolder, explicitFile);
    const file = [...fileNames.map((name) => join(asked, name)), asked].find((path) => existsSync(path));
    if (file !== undefined) return located(file);
    throw userError("CONFIG_NOT_FOUND", `There is no services file at ${asked}`, {
      hint: "Check the path after --file.",
    });
  }
  const found = nearestServicesFile(startFolder);
  if (found !== null) return found;
  throw userError("CONFIG_NOT_FOUND", `There is no services.yaml in ${resolve(startFolder)} or any folder above it`, {
    hint: "Go to a folder that has one, or name it: --file PATH.",
  });
}

/** As `findWorkspaceRoot` without an explicit file; null where there is none. */
function nearestServicesFile(startFolder: string): WorkspaceRoot | null {
  for (let folder = resolve(startFolder); ; folder = dirname(folder)) {
    const file = fileNames.map((name) => join(folder, name)).find((path) => existsSync(path));
    if (file !== undefined) return located(file);
    if (folder === dirname(folder)) return null;
  }
}

/** The services file of a command that can do without: null where none was named and there is none. */
export function findServicesFile(startFolder: string, explicitFile: string | null): string | null {
  const found = explicitFile === null ? nearestServicesFile(startFolder) : findWorkspaceRoot(startFolder, explicitFile);
  return found?.file ?? null;
}

function located(path: string): WorkspaceRoot {
  // The folder is resolved, the name is kept: a symlinked services.yaml belongs to the folder the link stands in.
  const root = realpathSync(dirname(path));
  return { root, file: join(root, basename(path)) };
}
