import type { HealthCheck } from "../model/service.ts";
import { logScan } from "./log-scan.ts";
import type { ProbeContext } from "./probe-context.ts";
import { probeExec } from "./probe-exec.ts";
import { probeFile } from "./probe-file.ts";
import { probeHttp } from "./probe-http.ts";
import { type Finding, type ProbeResult, failure, success } from "./probe-result.ts";
import { probeTcp } from "./probe-tcp.ts";
import { probeByWaitOn } from "./wait-on-adapter.ts";

/**
 * Looks once whether a service is healthy, for at most the check's timeout. A log check reads this run's whole log.
 *
 * @param signal When aborted, sockets are closed at once and the probe fails.
 * @param how See `ProbeLimits`.
 * @returns Never rejects: what cannot be asked is a failure of the kind "other".
 */
export async function probe(
  check: HealthCheck,
  context: ProbeContext,
  signal?: AbortSignal,
  how: { readonly hurried: boolean } = { hurried: false },
): Promise<ProbeResult> {
  return timed(() => find(check, context, signal, how.hurried));
}

/** Adds the time it took; an exception becomes a finding. */
export async function timed(look: () => Promise<Finding>): Promise<ProbeResult> {
  const startedAt = performance.now();
  let finding: Finding;
  try {
    finding = await look();
  } catch (error) {
    finding = failure("other", error instanceof Error ? error.message : String(error));
  }
  return { ...finding, latencyMs: performance.now() - startedAt };
}

async function find(
  check: HealthCheck,
  context: ProbeContext,
  signal: AbortSignal | undefined,
  hurried: boolean,
): Promise<Finding> {
  if (check.kind === "none") return success("no check");
  const limits = { timeoutMs: check.timing.timeoutMs, signal, hurried };
  switch (check.kind) {
    case "http":
      return probeHttp(check, limits);
    case "tcp":
      return probeTcp(check, limits);
    case "exec":
      return probeExec(check.command, context, limits);
    case "log":
      return logScan(check.pattern, context.readLog)(signal);
    case "file":
      return probeFile(check.path);
    case "waitOn":
      return probeByWaitOn(check.resources, context, limits);
  }
}
