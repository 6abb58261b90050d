import type { Crowd } from "../health/probe-delay-ms.ts";
import type { Emit } from "../model/event.ts";
import type { WorkspacePaths } from "../model/workspace.ts";
import type { Listener } from "../process/ports.ts";
import type { PauseAt } from "../process/fault-point.ts";

/** Where logs stand: offsets of runs count from the first byte a service ever wrote, however much was rotated away. */
export interface LogPlaces {
  /** How many bytes of a service's log are gone from its file. */
  baseOf(service: string): number;
  /** Settles when the size of a service's log can be relied on again; null: now. */
  settled(service: string): Promise<void> | null;
}

/** What the services of a workspace live in. */
export interface World {
  readonly paths: WorkspacePaths;
  readonly emit: Emit;
  /** Told after every change of a service, so that what depends on it is looked at and the state is written. */
  readonly changed: () => void;
  /** Told when a service's restart policy has brought it up again. */
  readonly restarted: (service: string) => void;
  /** One line a decision, for DEBUG. */
  readonly debug: (line: string) => void;
  /** Start time of the supervisor's own process: nothing older was started by it. */
  readonly supervisedSince: string;
  /** Every listening socket as of now, or as of some milliseconds ago. */
  readonly recentListeners: () => Promise<readonly Listener[]>;
  /** How many services are being waited for, and whether more are just being spawned. */
  readonly crowd: () => Crowd;
  /** Milliseconds between two looks at a process that is not our child. */
  readonly checkIntervalMs: () => number;
  readonly logs: LogPlaces;
  /** For tests that kill the supervisor exactly there. */
  readonly pauseAt: PauseAt;
}
