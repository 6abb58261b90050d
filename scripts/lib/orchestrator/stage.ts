import type { StopReport } from "../model/event.ts";
import type { ServicesFile } from "../model/services-file.ts";
import type { StateDocument } from "../model/state-document.ts";
import type { Listeners } from "./listeners.ts";
import type { StopRequest } from "./operation.ts";
import type { ServiceRun } from "./service-run.ts";
import type { ServiceTable, Stopped } from "./service-table.ts";
import { stopServices } from "./stop-services.ts";
import type { World } from "./world.ts";

/** What the workspace is meant to be: by the last start, reload or stop. */
export interface Intent {
  /** As it was read last; null before anything was asked for. */
  file: ServicesFile | null;
  /** Names of the services of the file that was last applied; null: not known. */
  known: readonly string[] | null;
  profiles: readonly string[];
  desired: "running" | "stopped";
}

/** What state.json keeps of it. */
export function recordOf({
  file,
  known,
  profiles,
  desired,
}: Intent): Omit<StateDocument, "format" | "supervisor" | "services"> {
  return {
    workspace: file?.name ?? "",
    file: file?.file ?? "",
    fileHash: file?.fileHash ?? "",
    fileStamp: file?.fileStamp ?? "",
    ...(known === null ? {} : { known }),
    profiles,
    desired,
  };
}

/** What every operation of an orchestrator works on. */
export interface Stage {
  readonly world: World;
  readonly table: ServiceTable;
  readonly listeners: Listeners;
  readonly intent: Intent;
  /** What the supervisor before this one last wrote. */
  readonly previous: StateDocument | null;
  /** Writes state.json now. */
  readonly persist: () => void;
}

export function stopAll(
  { world, intent }: Stage,
  stopped: Stopped,
  force: AbortSignal,
  how: Partial<StopRequest> = {},
): Promise<StopReport> {
  const { timeoutMs = null, ordered = intent.file?.settings.parallelKill === false } = how;
  return stopServices(stopped, { timeoutMs, ordered, ...world, workspaceId: world.paths.id, force });
}

export function stopRuns(stage: Stage, runs: readonly ServiceRun[], force: AbortSignal): Promise<StopReport> {
  return stopAll(stage, { runs, orphans: [], findLeftovers: () => [] }, force);
}
