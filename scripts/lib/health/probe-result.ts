/**
 * Why a probe did not succeed. refused: nobody listens. answered: somebody is there, and the answer is wrong.
 * timeout: no answer in time. other: the probe itself could not be made, or nothing is there yet.
 */
export type FailureKind = "refused" | "answered" | "timeout" | "other";

/** What a probe found; `message` is one line without a full stop. */
export type Finding =
  | { readonly ok: true; readonly message: string }
  | { readonly ok: false; readonly message: string; readonly kind: FailureKind };

/** A finding and how long it took, in milliseconds with fractions. */
export type ProbeResult = Finding & { readonly latencyMs: number };

/** How long a probe may take, and who may end it sooner. */
export interface ProbeLimits {
  readonly timeoutMs: number;
  readonly signal: AbortSignal | undefined;
  /** true: of `localhost` only 127.0.0.1 is asked. It is a question that is often repeated, and half the price. */
  readonly hurried?: boolean;
}

export function success(message: string): Finding {
  return { ok: true, message };
}

export function failure(kind: FailureKind, message: string): Finding {
  return { ok: false, kind, message };
}

export const aborted: Finding = failure("other", "the probe was called off");
