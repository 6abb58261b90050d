import type { StatusRow } from "./status-document.ts";
import { until } from "./until.ts";
import type { Workspace } from "./workspace.ts";

/** Waits until `status` says that a service is in this phase. @returns That row of it. */
export function untilPhase(dev: Workspace, service: string, phase: string): Promise<StatusRow> {
  return until(
    async () => {
      const row = await dev.statusOf(service);
      return row.phase === phase ? row : null;
    },
    () => `${service} is ${phase}\n${dev.story()}`,
  );
}

/** Of every run of a program, in order, whether it lives. */
export function livesOf(dev: Workspace, name: string): readonly boolean[] {
  return dev.runsOf(name).map((run) => run.isAlive());
}
