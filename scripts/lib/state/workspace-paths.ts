import { join } from "node:path";
import type { WorkspacePaths } from "../model/workspace.ts";
import { sha256 } from "./sha256.ts";

/**
 * Where the workspace at `root` (a real path) keeps what. Its id is worked out when it is first asked for.
 *
 * @param told Gives the id where somebody of ours has worked it out already.
 */
export function workspacePaths(root: string, told: () => string | null = () => null): WorkspacePaths {
  let id: string | null = null;
  return {
    root,
    get id() {
      return (id ??= told() ?? sha256(`${process.getuid?.() ?? 0}\0${root}`, 12));
    },
    pids: join(root, "pids"),
    logs: join(root, "logs"),
    state: join(root, ".groundswell"),
  };
}
