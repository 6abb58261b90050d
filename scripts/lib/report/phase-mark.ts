import type { Phase } from "../model/service-state.ts";
import { span, type Span, type Tint } from "./styled-line.ts";

const marks: Readonly<Record<Phase, readonly [string, Tint]>> = {
  pending: ["·", "faint"],
  starting: ["…", "plain"],
  ready: ["✓", "good"],
  completed: ["✓", "good"],
  unhealthy: ["!", "warn"],
  backoff: ["↻", "warn"],
  failed: ["✗", "bad"],
  timeout: ["✗", "bad"],
  killing: ["…", "plain"],
  killed: ["–", "faint"],
  skipped: ["–", "warn"],
};

/** The one character that stands for a phase, in its colour. */
export function phaseMark(phase: Phase): Span {
  return span(...marks[phase]);
}

export function phaseTint(phase: Phase): Tint {
  return marks[phase][1];
}
