import type { ProblemCode } from "./codes.ts";

/** Where in a file the user wrote, already worked out, so that it can cross to another process. Line and column count from 1. */
export interface Place {
  /** As it should be shown: relative to the workspace where it lies inside. */
  readonly file: string;
  readonly line: number;
  readonly column: number;
  /** The line's text and a length to underline; null when the source could not be read. */
  readonly frame: { readonly text: string; readonly underline: number } | null;
}

/** One thing that is wrong, as data. `message` is a sentence without the full stop; `hint` says what to do. */
export interface Problem {
  readonly code: ProblemCode;
  readonly severity: "error" | "warning";
  readonly message: string;
  readonly place: Place | null;
  /** Further places that take part, for a cycle each edge. */
  readonly related: readonly { readonly place: Place; readonly label: string }[];
  readonly hint: string | null;
}

/** Exit codes of sysexits.h that we use, besides each command's own. */
export const exitCodes = { usage: 64, unavailable: 69, bug: 70, config: 78 } as const;

/**
 * A user's mistake: what is wrong, where, and what to do. Anything else that is thrown is a bug and shows its stack.
 * Carries every problem that was found at once.
 */
export class UserError extends Error {
  readonly problems: readonly [Problem, ...Problem[]];
  readonly exitCode: number;

  constructor(problems: readonly [Problem, ...Problem[]], exitCode: number = exitCodes.config) {
    super(problems.map((problem) => `${problem.code}: ${problem.message}`).join("; "));
    this.name = "UserError";
    this.problems = problems;
    this.exitCode = exitCode;
  }
}

/** Builds a Problem from what is known; everything but code and message may be left out. */
export function makeProblem(
  code: ProblemCode,
  message: string,
  details: {
    place?: Place | null;
    related?: Problem["related"];
    hint?: string | null;
    severity?: Problem["severity"];
  } = {},
): Problem {
  return {
    code,
    severity: details.severity ?? "error",
    message,
    place: details.place ?? null,
    related: details.related ?? [],
    hint: details.hint ?? null,
  };
}

/** A UserError of a single problem without a place in a file. */
export function userError(
  code: ProblemCode,
  message: string,
  details: { hint?: string; place?: Place; exitCode?: number } = {},
): UserError {
  return new UserError([makeProblem(code, message, details)], details.exitCode ?? exitCodes.config);
}
