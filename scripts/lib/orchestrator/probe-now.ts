import { probe } from "../health/probe.ts";
import { probeContextOf } from "./probe-context.ts";
import type { ServiceRun } from "./service-run.ts";

/**
 * Asks a service's health once and notes the answer.
 *
 * @returns null when the check cannot be asked again: a log line or a file stays once it is there, and without a check being alive is all there is to see.
 */
export async function probeNow(run: ServiceRun): Promise<{ readonly ok: boolean; readonly message: string } | null> {
  const { healthCheck } = run.spec;
  if (healthCheck.kind === "log" || healthCheck.kind === "file" || healthCheck.kind === "none") return null;
  const result = await probe(
    healthCheck,
    probeContextOf({ ...run.spec, logFile: run.logFile, logOffset: run.logOffset }),
  );
  run.probed(result);
  return result;
}
