import { access } from "node:fs/promises";
import { type Finding, failure, success } from "./probe-result.ts";

/** Succeeds when something exists at the path, of whatever kind. */
export async function probeFile(path: string): Promise<Finding> {
  try {
    await access(path);
    return success(`exists ${path}`);
  } catch (error) {
    const code = error instanceof Error && "code" in error ? String(error.code) : String(error);
    const isMissing = code === "ENOENT" || code === "ENOTDIR";
    return failure("other", isMissing ? `does not exist yet: ${path}` : `cannot be reached (${code}): ${path}`);
  }
}
