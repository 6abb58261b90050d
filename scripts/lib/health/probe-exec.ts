import { withOutput } from "../model/probe-message.ts";
import type { ServiceCommand } from "../model/service.ts";
import { oneLine } from "./one-line.ts";
import type { ProbeContext } from "./probe-context.ts";
import { type Finding, type ProbeLimits, aborted, failure, success } from "./probe-result.ts";
import { untilAborted } from "./until-aborted.ts";

/** Runs a command in the service's folder and environment; exit code 0 is success. */
export async function probeExec(
  command: ServiceCommand,
  context: ProbeContext,
  { timeoutMs, signal }: ProbeLimits,
): Promise<Finding> {
  const { cwd, environment } = context;
  const running = context.runCommand(command, { cwd, environment, timeoutMs, ...(signal ? { signal } : {}) });
  const end = await untilAborted(running, signal);
  if (end === null) return aborted;
  if (end.error !== null) return failure("other", `the check cannot be run: ${end.error}`);
  if (end.timedOut) return failure("timeout", withLastLine(`the check did not end within ${timeoutMs} ms`, end.output));
  if (end.code === 0) return success("exit code 0");
  const how = end.code === null ? `ended by ${end.signal ?? "an unknown signal"}` : `exit code ${end.code}`;
  return failure("answered", withLastLine(how, end.output));
}

function withLastLine(message: string, output: string): string {
  const last = output
    .split("\n")
    .map(oneLine)
    .findLast((line) => line !== "");
  return last === undefined ? message : withOutput(message, last);
}
