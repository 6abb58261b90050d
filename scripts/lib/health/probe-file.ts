import { promises } from "node:fs";
import { errnoOf } from "../diagnostic/errno-of.ts";
import { type Finding, failure, success } from "./probe-result.ts";

/** Succeeds when something exists at the path, of whatever kind. */
export async function probeFile(path: string): Promise<Finding> {
  try {
    await promises.access(path);
    return success(`exists ${path}`);
  } catch (error) {
    const code = errnoOf(error);
    const isMissing = code === "ENOENT" || code === "ENOTDIR";
    return failure("other", isMissing ? `does not exist yet: ${path}` : `cannot be reached (${code}): ${path}`);
  }
}
