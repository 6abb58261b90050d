import type { StateDocument, SupervisorIdentity } from "../model/state-document.ts";
import type { WorkspacePaths } from "../model/workspace.ts";
import type { PauseAt } from "../process/fault-point.ts";
import type { Listener } from "../process/ports.ts";
import type { LogPlaces } from "./world.ts";

/** What an orchestrator is built with. */
export interface OrchestratorOptions {
  readonly paths: WorkspacePaths;
  readonly supervisor: SupervisorIdentity;
  /** What the supervisor before this one last wrote; null: nothing that can be read. */
  readonly previous: StateDocument | null;
  /** Told after every change that state.json should know of. */
  readonly onChange: () => void;
  /** Writes state.json now: what was decided must be on disk before it is acted upon. */
  readonly persist: () => void;
  readonly debug: (line: string) => void;
  readonly pauseAt: PauseAt;
  /** As in `World`. */
  readonly recentListeners: () => Promise<readonly Listener[]>;
  readonly logs: LogPlaces;
}
