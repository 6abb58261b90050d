import { join } from "node:path";
import type { WorkspacePaths } from "../model/workspace.ts";
import { sha256 } from "./sha256.ts";

/** Where the workspace at `root` (a real path) keeps what. Its id is worked out when it is first asked for. */
export function workspacePaths(root: string): WorkspacePaths {
  let id: string | null = null;
  return {
    root,
    get id() {
      return (id ??= sha256(`${process.getuid?.() ?? 0}\0${root}`, 12));
    },
    pids: join(root, "pids"),
    logs: join(root, "logs"),
    state: join(root, ".groundswell"),
  };
}
