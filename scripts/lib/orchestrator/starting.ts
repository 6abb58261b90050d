import type { Emit, StartEnd } from "../model/event.ts";
import type { ServicesFile } from "../model/services-file.ts";
import type { StartPlan } from "./start-plan.ts";
import type { WaveStart } from "./start-waves.ts";

/** A start underway. */
export interface Starting {
  readonly force: AbortController;
  /** Resolves when the plan stands and nothing of it has been spawned yet. */
  readonly planned: PromiseWithResolvers<void>;
  /** Resolves at the first Ctrl-C: one that has joined another start just leaves it. */
  readonly left: PromiseWithResolvers<StartEnd>;
  readonly answer: PromiseWithResolvers<StartEnd>;
  /** Those who asked for it: its client, and those that joined. */
  readonly audience: Emit[];
  interrupted: boolean;
  plan: StartPlan | null;
  file: ServicesFile | null;
  waves: WaveStart | null;
}

/** The end of a start whose own Ctrl-C came before it began, or while it only followed another. */
export const interruptedEnd: StartEnd = {
  exitCode: 130,
  durationMs: 0,
  services: [],
  criticalPathMs: null,
  oneByOneMs: null,
};

/** The end of a start that somebody's stop overtook before it began. */
export const stoppedEnd: StartEnd = { ...interruptedEnd, exitCode: 1 };

export function newStarting(): Starting {
  return {
    force: new AbortController(),
    planned: Promise.withResolvers(),
    left: Promise.withResolvers(),
    answer: Promise.withResolvers(),
    audience: [],
    interrupted: false,
    plan: null,
    file: null,
    waves: null,
  };
}
