import { probe } from "../health/probe.ts";
import { probeContextOfRun } from "./probe-context.ts";
import type { ServiceRun } from "./service-run.ts";
import type { World } from "./world.ts";

/**
 * Asks a service's health once and notes the answer.
 *
 * @returns null when the check cannot be asked again: a log line or a file stays once it is there, and without a check being alive is all there is to see.
 */
export async function probeNow(
  run: ServiceRun,
  world: World,
): Promise<{ readonly ok: boolean; readonly message: string } | null> {
  const { healthCheck } = run.spec;
  if (healthCheck.kind === "log" || healthCheck.kind === "file" || healthCheck.kind === "none") return null;
  const result = await probe(healthCheck, probeContextOfRun(run, world));
  run.probed(result);
  return result;
}
