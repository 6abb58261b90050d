import { createHash } from "node:crypto";
import { join } from "node:path";
import type { WorkspacePaths } from "../model/workspace.ts";

/** Where the workspace at `root` (a real path) keeps what. */
export function workspacePaths(root: string): WorkspacePaths {
  const uid = process.getuid?.() ?? 0;
  const id = createHash("sha256").update(`${uid}\0${root}`).digest("hex").slice(0, 12);
  return { root, id, pids: join(root, "pids"), logs: join(root, "logs"), state: join(root, ".groundswell") };
}
