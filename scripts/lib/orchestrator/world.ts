import type { Emit } from "../model/event.ts";
import type { ServicesFile } from "../model/services-file.ts";
import type { WorkspacePaths } from "../model/workspace.ts";
import type { PauseAt } from "../process/fault-point.ts";

/** Reads services.yaml; handed in, since reading it is another capability's work. */
export type ReadServices = (options: {
  readonly file: string;
  readonly ambient: Readonly<Record<string, string | undefined>>;
  readonly profiles: readonly string[];
  readonly activate: readonly string[];
}) => Promise<ServicesFile>;

/** What the services of a workspace live in. */
export interface World {
  readonly paths: WorkspacePaths;
  readonly emit: Emit;
  /** Told after every change of a service, so that what depends on it is looked at and the state is written. */
  readonly changed: () => void;
  /** One line a decision, for DEBUG. */
  readonly debug: (line: string) => void;
  /** Milliseconds between two looks at a process that is not our child. */
  readonly checkIntervalMs: () => number;
  /** For tests that kill the supervisor exactly there. */
  readonly pauseAt: PauseAt;
}
