import type { Duplex } from "node:stream";
import type { HostedSupervisor, HostSupervisor } from "../control/hosted-supervisor.ts";
import { memoryLine } from "../control/memory-line.ts";
import type { WorkspacePaths } from "../model/workspace.ts";
import { prepareWorkspace } from "../state/prepare-workspace.ts";

/** The supervisor in this process, as its own command meets it. */
export interface OwnSupervisor {
  /** The command's first line to it; it may be talked over at once, while the supervisor is still being loaded. */
  readonly firstLine: Duplex;
  /** A further line. */
  line(): Promise<Duplex>;
  /** Resolves when it has ended, for whatever reason. */
  readonly ended: Promise<void>;
  /** Ends it now, and leaves running what runs. */
  retire(): void;
}

/**
 * Runs the workspace's supervisor in this process. Where another one has the workspace it refuses its first client and ends.
 *
 * @throws {UserError} `WORKSPACE_UNWRITABLE`.
 */
export function ownSupervisor(paths: WorkspacePaths, host: HostSupervisor): OwnSupervisor {
  prepareWorkspace(paths);
  const [firstLine, itsEnd] = memoryLine();
  let hosted: HostedSupervisor | null = null;
  const hosting = keep();
  async function keep(): Promise<HostedSupervisor> {
    hosted = await host(paths.root, itsEnd);
    return hosted;
  }
  return {
    firstLine,
    async line() {
      const [own, its] = memoryLine();
      (await hosting).attach(its);
      return own;
    },
    ended: hosting.then(({ ended }) => ended),
    retire: () => hosted?.retire(),
  };
}
