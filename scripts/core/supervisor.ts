import { Socket } from "node:net";
import { appendFileSync, fstatSync } from "node:fs";
import { join } from "node:path";
import type { CommandContext } from "../lib/cli/command.ts";
import { Orchestrator } from "../lib/orchestrator/orchestrator.ts";
import { closeInheritedDescriptors } from "../lib/process/close-inherited.ts";
import { pauseAtFaultPoint } from "../lib/process/fault-point.ts";
import { identityOf } from "../lib/process/identity.ts";
import { readListenersAhead } from "../lib/process/ports.ts";
import { LogKeeper } from "../lib/logs/keep-logs.ts";
import type { Settings } from "../lib/model/settings.ts";
import type { StateDocument } from "../lib/model/state-document.ts";
import type { WorkspacePaths } from "../lib/model/workspace.ts";
import { readState } from "../lib/state/state-file.ts";
import { workspacePaths } from "../lib/state/workspace-paths.ts";
import { conduct } from "../lib/orchestrator/conduct.ts";
import { supervise } from "../lib/supervisor/supervise.ts";

/** supervisor: the resident process of one workspace. Launched by start_dev and restart, never typed by a user. */
export async function main([root]: readonly string[], { version }: CommandContext): Promise<void> {
  if (root === undefined) throw new Error("the supervisor is launched with the workspace's folder");
  closeInheritedDescriptors(new Set([3]));
  // Takes the kernel some milliseconds, in which we load and are asked.
  const recentListeners = readListenersAhead(250);
  // Its log may stand on a full disk: what cannot be said there must not end the supervisor.
  process.stderr.on("error", () => {});
  let workspaceId: string | null = null;
  const paths = workspacePaths(root, () => workspaceId);
  const pauseAt = pauseAtFaultPoint(process.env["GROUNDSWELL_TEST_PAUSE"], join(paths.state, "pause"));
  const identity = identityOf(process.pid);
  if (identity === null) throw new Error("own process not found");
  const debugLog = join(paths.logs, "startup_debug.log");
  let last: LastState = { previous: null, isForeign: false };
  let orchestrator: Orchestrator | null = null;
  const logs = new LogKeeper({
    stateFolder: paths.state,
    logsFolder: paths.logs,
    logs: () => orchestrator?.logs ?? [],
    limits: () => logLimits(orchestrator?.settings ?? null),
    pauseAt,
    onProblem: (text) => console.error(text),
  });
  const supervision = await supervise({
    paths,
    keepState: () => last.isForeign,
    pauseAt,
    version,
    firstClient: isSocket(3) ? new Socket({ fd: 3 }) : null,
    conduct(hooks) {
      last = lastState(paths);
      const { previous } = last;
      orchestrator = new Orchestrator({
        ...hooks,
        paths,
        supervisor: { ...identity, version },
        previous,
        pauseAt,
        recentListeners,
        logs,
        debug: (line) => note(debugLog, line),
      });
      return conduct(orchestrator, (id) => (workspaceId = id));
    },
  });
  for (const signal of ["SIGTERM", "SIGINT", "SIGHUP"] as const) process.on(signal, () => supervision.retire());
  process.on("uncaughtException", (error) => {
    console.error(error);
    supervision.reportBug(error.stack ?? error.message);
    setImmediate(() => process.exit(70));
  });
  await supervision.ended;
  await logs.close();
  process.exit(0);
}

/** Before the first start there is nothing to rotate. */
function logLimits(settings: Settings | null): { readonly maxBytes: number | null; readonly keep: number } {
  return { maxBytes: settings?.logMaxBytes ?? null, keep: settings?.logKeep ?? 1 };
}

interface LastState {
  readonly previous: StateDocument | null;
  readonly isForeign: boolean;
}

/** What the supervisor before us wrote. One of a newer format is left as it is; the start refuses it in words its client can show. */
function lastState(paths: WorkspacePaths): LastState {
  try {
    const reading = readState(paths);
    return { previous: reading.kind === "found" ? reading.document : null, isForeign: false };
  } catch {
    return { previous: null, isForeign: true };
  }
}

/** A log of decisions that cannot be written must not decide anything. */
function note(file: string, line: string): void {
  try {
    appendFileSync(file, `${new Date().toISOString()} ${line}\n`);
  } catch (error) {
    console.error(`${file}: ${String(error)}`);
  }
}

function isSocket(descriptor: number): boolean {
  try {
    return fstatSync(descriptor).isSocket();
  } catch {
    return false;
  }
}
