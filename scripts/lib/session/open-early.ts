import type { Duplex } from "node:stream";
import { connectControl, hasControl } from "../control/control-socket.ts";
import { findWorkspaceRoot } from "../state/find-root.ts";
import { workspacePaths } from "../state/workspace-paths.ts";
import { launchSupervisor } from "./launch-supervisor.ts";

/**
 * Launches a supervisor where none lives, before the command's own code is loaded: it loads while the command loads, and while it reads services.yaml.
 *
 * Gives a bare stream, not a channel: in the bundle, this file and the command each have their own copy of our classes.
 *
 * @param argv The command's arguments, not yet parsed: only --file is looked for.
 * @returns The line to the new supervisor; null where one lives, or where the command has to find out itself what is wrong (no services file, …).
 */
export async function openEarly(options: {
  readonly argv: readonly string[];
  readonly cwd: string;
  readonly launcher: string;
}): Promise<Duplex | null> {
  const { argv, cwd, launcher } = options;
  try {
    const paths = workspacePaths(findWorkspaceRoot(cwd, fileArgument(argv)).root);
    // Without a socket there is nothing to wait for: the supervisor is launched before this function returns for the first time.
    const socket = hasControl(paths.state) ? await connectControl(paths.state) : null;
    socket?.destroy();
    return socket === null ? launchSupervisor({ paths, launcher }) : null;
  } catch {
    // The command meets the same error, and is the one to say it.
    return null;
  }
}

function fileArgument(argv: readonly string[]): string | null {
  for (const [index, argument] of argv.entries()) {
    if (argument === "--file") return argv[index + 1] ?? null;
    if (argument.startsWith("--file=")) return argument.slice("--file=".length);
  }
  return null;
}
