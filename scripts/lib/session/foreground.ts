import type { HostSupervisor } from "../control/hosted-supervisor.ts";
import type { Request } from "../control/protocol.ts";
import type { Emit, StopReport } from "../model/event.ts";
import type { ForegroundNews } from "../model/foreground.ts";
import type { ServicesFile } from "../model/services-file.ts";
import type { FollowedLogs } from "./follow-logs.ts";
import type { SupervisorLaunch } from "./launch-supervisor.ts";
import type { StopConversation } from "./request-stop.ts";

export interface ForegroundConversation extends SupervisorLaunch {
  readonly version: string;
  /** Runs a supervisor in this process, where none lives. */
  readonly host: HostSupervisor;
  /** Reads services.yaml; handed in, since that is another room's work. */
  readonly readServices: () => Promise<ServicesFile>;
  /** Begins to show what services write, null: that is not shown. Called with the names of those that are asked for, before they are started. */
  readonly showLogs: ((names: readonly string[]) => FollowedLogs) | null;
  /** What else is done while services are up, until the signal is aborted; null: nothing. */
  readonly whileUp: ((signal: AbortSignal) => Promise<void>) | null;
  readonly emit: Emit;
  /** Told what no event tells. */
  readonly tell: (news: ForegroundNews) => void;
  /** As a stop does. `force` aborted: kill at once. */
  readonly stopFromDisk: (
    ...stop: [...Parameters<StopConversation["stopFromDisk"]>, force: AbortSignal]
  ) => Promise<StopReport>;
  /** Aborted when nobody reads what is shown. */
  readonly outputClosed: AbortSignal;
  /** The third Ctrl-C: the command leaves, whatever is still there. */
  readonly leave: (signal: NodeJS.Signals) => void;
}

export type ForegroundRequest = Omit<Request & { readonly kind: "start" }, "file" | "workspaceId"> & {
  /** Ends with this service, and with its exit code; null: with the last one. */
  readonly exitCodeFrom: string | null;
};
