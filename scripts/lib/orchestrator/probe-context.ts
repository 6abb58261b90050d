import type { ProbeContext } from "../health/probe-context.ts";
import { readLogFrom } from "../logs/read-log-from.ts";
import { type Marker, markerText, markerVariables } from "../process/marker.ts";
import { runCommand } from "../process/run-command.ts";
import type { ServiceRun } from "./service-run.ts";
import type { World } from "./world.ts";

/** What a probe of this service works with. `logOffset`: where in the file the present run's log begins; below 0: in a rotated one. */
export function probeContextOf(service: {
  readonly cwd: string;
  readonly environment: Readonly<Record<string, string>>;
  readonly logFile: string;
  readonly logOffset: number;
  /** Marks what an exec probe starts as the service's own, so that it ends with it; null where nobody supervises. */
  readonly marker: Marker | null;
}): ProbeContext {
  return {
    cwd: service.cwd,
    environment:
      service.marker === null
        ? service.environment
        : { ...service.environment, [markerVariables.service]: markerText(service.marker) },
    runCommand,
    async readLog(offset) {
      const { text, nextOffset } = await readLogFrom(service.logFile, service.logOffset + offset);
      return { text, nextOffset: nextOffset - service.logOffset };
    },
  };
}

/** The same for a service this supervisor runs. */
export function probeContextOfRun(run: ServiceRun, { paths, logs }: World): ProbeContext {
  const { spec, logFile, record } = run;
  const logOffset = run.logOffset - logs.baseOf(spec.name);
  const marker = record === null ? null : { workspaceId: paths.id, service: spec.name, runId: record.runId };
  return probeContextOf({ cwd: spec.cwd, environment: spec.environment, logFile, logOffset, marker });
}
