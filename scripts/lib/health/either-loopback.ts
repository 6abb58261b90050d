import { type FailureKind, type Finding, type ProbeLimits, failure } from "./probe-result.ts";

const telling: readonly FailureKind[] = ["refused", "other", "timeout", "answered"];

/**
 * Probes a host. `localhost` means 127.0.0.1 or ::1, whichever a service chose, and /etc/hosts may know only one of them:
 * both are tried and either suffices, but for a hurried probe. The second is tried when the first fails or takes half the time, not at once, so that a
 * service listening on both sees one request.
 */
export async function eitherLoopback(
  host: string,
  limits: ProbeLimits,
  attempt: (address: string, limits: ProbeLimits) => Promise<Finding>,
): Promise<Finding> {
  if (host !== "localhost") return attempt(host, limits);
  const startedAt = performance.now();
  const first = attempt("127.0.0.1", limits);
  const early = await settledWithin(first, limits.timeoutMs / 2);
  if (early?.ok || limits.signal?.aborted) return first;
  if (limits.hurried && early?.kind === "refused") return refusedByBoth(early);

  const timeoutMs = Math.max(1, Math.round(limits.timeoutMs - (performance.now() - startedAt)));
  const second = attempt("::1", { ...limits, timeoutMs });
  return early ? moreTelling(early, await second) : firstSuccess(first, second);
}

/** Null when it takes longer. */
async function settledWithin(promise: Promise<Finding>, ms: number): Promise<Finding | null> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => resolve(null), ms);
    promise.then(resolve, reject).finally(() => clearTimeout(timer));
  });
}

async function firstSuccess(first: Promise<Finding>, second: Promise<Finding>): Promise<Finding> {
  const winner = await Promise.race([first, second]);
  return winner.ok ? winner : moreTelling(await first, await second);
}

/** Said so, too, where the other one was asked only a moment ago: the words must not change with every probe. */
function refusedByBoth({ message }: Finding): Finding {
  return failure("refused", message.replace("127.0.0.1", "localhost"));
}

function moreTelling(first: Finding, second: Finding): Finding {
  if (first.ok) return first;
  if (second.ok) return second;
  if (first.kind === "refused" && second.kind === "refused") return refusedByBoth(first);
  return telling.indexOf(second.kind) > telling.indexOf(first.kind) ? second : first;
}
