import type { ProbeContext } from "../health/probe-context.ts";
import { readLogFrom } from "../logs/read-log-from.ts";
import { runCommand } from "../process/run-command.ts";

/** What a probe of this service works with. `logOffset`: where the present run's log begins. */
export function probeContextOf(service: {
  readonly cwd: string;
  readonly environment: Readonly<Record<string, string>>;
  readonly logFile: string;
  readonly logOffset: number;
}): ProbeContext {
  return {
    cwd: service.cwd,
    environment: service.environment,
    runCommand,
    async readLog(offset) {
      const { text, nextOffset } = await readLogFrom(service.logFile, service.logOffset + offset);
      return { text, nextOffset: nextOffset - service.logOffset };
    },
  };
}
