import { isAbsolute, relative } from "node:path";
import { shellWords } from "./shell-words.ts";

/**
 * What a user would type into a shell to run a command in a repository: it can be pasted, whatever its folder is called.
 *
 * @param path Absolute.
 * @param cwd The folder they stand in; null: wherever that is.
 */
export function typedCommand(path: string, argv: readonly string[], cwd: string | null): string {
  return `cd ${shellWords([typedPath(path, cwd)])} && ${shellWords(argv)}`;
}

function typedPath(path: string, cwd: string | null): string {
  if (cwd === null || !isAbsolute(path)) return path;
  const short = relative(cwd, path);
  if (short === "" || short.startsWith("..")) return path;
  // What begins with a dash would be taken for an option.
  return short.startsWith("-") ? `./${short}` : short;
}
