import type { SupervisorChannel } from "../control/supervisor-channel.ts";
import { findWorkspaceRoot } from "../state/find-root.ts";
import { workspacePaths } from "../state/workspace-paths.ts";
import { launchSupervisor } from "./launch-supervisor.ts";
import { reachSupervisor } from "./reach-supervisor.ts";

/**
 * Opens the line to the supervisor before the command's own code is loaded: a new one gets a head start.
 *
 * @param argv The command's arguments, not yet parsed: only --file is looked for.
 * @returns null where the command has to find out itself what is wrong (no services file, a supervisor that is silent or of another version).
 */
export async function openEarly(options: {
  readonly argv: readonly string[];
  readonly cwd: string;
  readonly version: string;
  readonly launcher: string;
}): Promise<SupervisorChannel | null> {
  const { argv, cwd, version, launcher } = options;
  try {
    const paths = workspacePaths(findWorkspaceRoot(cwd, fileArgument(argv)).root);
    const reached = await reachSupervisor(paths, version, 500);
    if (reached.kind === "live") return reached.channel;
    if (reached.kind === "other-version") await reached.channel.close();
    return reached.kind === "absent" ? launchSupervisor({ paths, version, launcher }) : null;
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
