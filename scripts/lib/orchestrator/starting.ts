import type { StartEnd } from "../model/event.ts";
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
  interrupted: boolean;
  plan: StartPlan | null;
  file: ServicesFile | null;
  waves: WaveStart | null;
}

/** The end of a start that was stopped before it began, or left. */
export const interruptedEnd: StartEnd = {
  exitCode: 130,
  durationMs: 0,
  services: [],
  criticalPathMs: null,
  oneByOneMs: null,
};

export function newStarting(): Starting {
  return {
    force: new AbortController(),
    planned: Promise.withResolvers(),
    left: Promise.withResolvers(),
    answer: Promise.withResolvers(),
    interrupted: false,
    plan: null,
    file: null,
    waves: null,
  };
}
