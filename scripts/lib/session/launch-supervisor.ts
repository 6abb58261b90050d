import { spawn } from "node:child_process";
import { closeSync, openSync } from "node:fs";
import { join } from "node:path";
import { Duplex } from "node:stream";
import type { WorkspacePaths } from "../model/workspace.ts";
import { unmarked } from "../process/marker.ts";
import { prepareWorkspace } from "../state/prepare-workspace.ts";

/** How a supervisor is started: the launcher script, run by our own node with the command `supervisor`. */
export interface SupervisorLaunch {
  readonly paths: WorkspacePaths;
  readonly launcher: string;
}

/**
 * Starts a supervisor in a session of its own.
 *
 * @returns The line to it, a socket pair on its descriptor 3: a new supervisor's first client need not wait until its socket is open.
 * @throws {UserError} `WORKSPACE_UNWRITABLE`.
 */
export function launchSupervisor({ paths, launcher }: SupervisorLaunch): Duplex {
  prepareWorkspace(paths);
  const log = openSync(join(paths.state, "supervisor.log"), "a", 0o600);
  try {
    const child = spawn(process.execPath, ["--max-semi-space-size=1", launcher, "supervisor", paths.root], {
      cwd: paths.root,
      // A start from inside a service of ours: the supervisor is not to be taken for a part of that service.
      env: { ...process.env, ...unmarked },
      detached: true,
      stdio: ["ignore", log, log, "pipe"],
    });
    // A failure to spawn closes the pipe too: whoever talks over it finds it closed.
    child.on("error", () => {});
    child.unref();
    const line = child.stdio[3];
    if (!(line instanceof Duplex)) throw new Error("node gave no socket pair for descriptor 3");
    return line;
  } finally {
    closeSync(log);
  }
}
