import type { Duplex } from "node:stream";

/** A supervisor that runs in the process of a command. */
export interface HostedSupervisor {
  /** Resolves when it has nothing left to do, or another one has the workspace. */
  readonly ended: Promise<void>;
  /** A further client; one that comes too late finds its line closed. */
  attach(stream: Duplex): void;
  /** Ends now and leaves the services running. */
  retire(): void;
}

/** Runs the supervisor of the workspace in `root` in this process. `firstClient` is the supervisor's end of a line. */
export type HostSupervisor = (root: string, firstClient: Duplex) => Promise<HostedSupervisor>;
