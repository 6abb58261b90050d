import { isAbsolute, relative } from "node:path";
import { visibleText } from "./visible-text.ts";

/** A path as the user would type it: relative to the folder they stand in when it lies inside. */
export function shownPath(path: string, cwd: string | null): string {
  if (cwd === null || !isAbsolute(path)) return visibleText(path);
  const short = relative(cwd, path);
  return visibleText(short === "" || short.startsWith("..") ? path : short);
}
