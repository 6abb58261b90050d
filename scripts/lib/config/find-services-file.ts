import { realpathSync, type Stats, statSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { userError } from "../diagnostic/user-error.ts";

const fileNames = ["services.yaml", "services.yml"] as const;

/**
 * The services file to work with.
 *
 * @param startDir Absolute; where a search begins that goes upwards to the root of the file system.
 * @param explicit What the user named, relative to `startDir`; null: search.
 * @returns An absolute real path.
 * @throws {UserError} `CONFIG_NOT_FOUND`; `CONFIG_UNREADABLE` when the file named is a folder.
 */
export function findServicesFile(startDir: string, explicit: string | null): string {
  return explicit === null ? searchUpwards(startDir) : named(resolve(startDir, explicit), explicit);
}

function named(path: string, written: string): string {
  const stats = lookAt(path);
  if (stats === null) {
    throw userError("CONFIG_NOT_FOUND", `There is no file ${written}`, {
      hint: `Looked for ${path}.`,
    });
  }
  if (stats.isDirectory()) {
    throw userError("CONFIG_UNREADABLE", `${written} is a folder, not a services file`, {
      hint: `Name the file in it: ${join(written, fileNames[0])}`,
    });
  }
  return realpathSync(path);
}

function searchUpwards(startDir: string): string {
  let folder = resolve(startDir);
  for (;;) {
    for (const name of fileNames) {
      const path = join(folder, name);
      if (lookAt(path)?.isFile()) return realpathSync(path);
    }
    const parent = dirname(folder);
    if (parent === folder) break;
    folder = parent;
  }
  throw userError("CONFIG_NOT_FOUND", `There is no services.yaml in ${resolve(startDir)} or any folder above it`, {
    hint: "Create one, or name a file with --file.",
  });
}

/** null also where we may not look: for the user that is the same. */
function lookAt(path: string): Stats | null {
  try {
    return statSync(path);
  } catch {
    return null;
  }
}
