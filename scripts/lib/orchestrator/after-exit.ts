import type { FailureReason } from "../model/service-state.ts";
import { endRemainder } from "./end-process.ts";
import type { Life, ServiceRun } from "./service-run.ts";
import type { Exit } from "./spawn-run.ts";
import type { World } from "./world.ts";

/** After the leader's death. @returns false when a stop came meanwhile: then the record is the stop's to drop. */
export async function cleanUp(run: ServiceRun, world: World, life: Life): Promise<boolean> {
  const isGone = run.record === null || (await endRemainder(run.record, world.paths.id, life));
  if (life.aborted) return false;
  // What lives on stays on record, for a stop to try again.
  if (isGone) run.dropRecord();
  return true;
}

export function reasonOf(exit: Exit, beforeReady: boolean): FailureReason {
  if (exit.signal !== null) return { kind: "signalled", signal: exit.signal, beforeReady };
  if (exit.code !== null) return { kind: "exited", code: exit.code, beforeReady };
  return { kind: "exit-unknown" };
}
