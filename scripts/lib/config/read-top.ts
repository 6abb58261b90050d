import { userError } from "../diagnostic/user-error.ts";
import { keepTree, knownTree, type OutlineCache } from "./outline-cache.ts";
import type { ProblemList } from "./problem-list.ts";
import { readSourceText, type SourceText } from "./source-text.ts";
import type { MapNode } from "./yaml-tree.ts";

/** @throws {UserError} `CONFIG_NOT_FOUND`, `CONFIG_UNREADABLE`. */
export function readServicesText(file: string, root: string): SourceText {
  const source = readSourceText(file, root);
  if (!("message" in source)) return source;
  if (source.errno === "ENOENT") throw userError("CONFIG_NOT_FOUND", `There is no file ${file}`);
  throw userError("CONFIG_UNREADABLE", `${file} cannot be read: ${source.message}`);
}

/**
 * Parses a services file, unless one of this very text was parsed before and nothing was wrong with it.
 *
 * @param ofServices Where what is wrong with the shape of the services goes; the same list as all else, for who starts them.
 */
export async function readTop(
  source: SourceText,
  problems: ProblemList,
  cache: OutlineCache | null,
  ofServices = problems,
): Promise<MapNode> {
  const known = cache === null ? null : knownTree(cache, source);
  if (known !== null) return known;
  // Loaded only here: yaml and zod take longer to load than all else takes together.
  const { parseTree } = await import("./parse-tree.ts");
  const top = parseTree(source, problems, ofServices);
  if (cache !== null && problems.isEmpty && ofServices.isEmpty) keepTree(cache, source, top);
  return top;
}
