import { Socket } from "node:net";
import type { Duplex } from "node:stream";
import { appendFileSync, fstatSync } from "node:fs";
import { isAbsolute, join } from "node:path";
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
import { loggedEvent } from "../lib/report/event-document.ts";
import { eventLog } from "../lib/state/event-log.ts";
import { readState } from "../lib/state/state-file.ts";
import { workspacePaths } from "../lib/state/workspace-paths.ts";
import { conduct } from "../lib/orchestrator/conduct.ts";
import { supervise, type Supervision } from "../lib/supervisor/supervise.ts";

/** supervisor: the resident process of one workspace. Launched by start_dev and others, never typed by a user. */
export async function main(argv: readonly string[], context: CommandContext): Promise<void> {
  const [root] = argv;
  if (root === undefined || !isAbsolute(root)) return refuse(argv, context);
  const { version } = context;
  // Its log may stand on a full disk: what cannot be said there must not end the supervisor.
  process.stderr.on("error", () => {});
  const supervision = await host({ root, version, firstClient: isSocket(3) ? new Socket({ fd: 3 }) : null });
  for (const signal of ["SIGTERM", "SIGINT", "SIGHUP"] as const) process.on(signal, () => supervision.retire());
  process.on("uncaughtException", (error) => {
    console.error(error);
    supervision.reportBug(error.stack ?? error.message);
    setImmediate(() => process.exit(70));
  });
  await supervision.ended;
  process.exit(0);
}

/** Typed all the same. What a supervisor loads every time does not grow by this. */
async function refuse(argv: readonly string[], context: CommandContext): Promise<void> {
  const { command } = await import("../lib/cli/command.ts");
  const { exitCodes, userError } = await import("../lib/diagnostic/user-error.ts");
  const refusal = command({
    summary: "The process that watches over services. Nothing to type: start_dev launches it",
    positionals: { name: "folder", description: "of the workspace, an absolute path" },
    options: {},
    examples: [],
    exitCodes: [[exitCodes.usage, "it was typed by a user"]],
    run: () =>
      Promise.reject(
        userError("USAGE", "supervisor is nothing to type: start_dev launches it", {
          hint: "status tells whether one runs, stop ends it.",
          exitCode: exitCodes.usage,
        }),
      ),
  });
  await refusal(argv, context);
}

export interface Hosting {
  /** Real path of the workspace. */
  readonly root: string;
  readonly version: string;
  /** The supervisor's end of the line to whoever wanted it; null when there is none. */
  readonly firstClient: Duplex | null;
}

/** The supervisor itself, in whatever process: its own, or that of a command that stays. */
export async function host({ root, version, firstClient }: Hosting): Promise<Supervision> {
  closeInheritedDescriptors(new Set([3]));
  // Takes the kernel some milliseconds, in which we load and are asked.
  const recentListeners = readListenersAhead(250);
  let workspaceId: string | null = null;
  const paths = workspacePaths(root, () => workspaceId);
  const pauseAt = pauseAtFaultPoint(process.env["GROUNDSWELL_TEST_PAUSE"], join(paths.state, "pause"));
  const identity = identityOf(process.pid);
  if (identity === null) throw new Error("own process not found");
  const debugLog = join(paths.logs, "startup_debug.log");
  const events = eventLog(paths, (message) => console.error(message));
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
  return supervise({
    paths,
    keepState: () => last.isForeign,
    pauseAt,
    atEnd: () => logs.close(),
    eventLog: { hear: (event) => events.add(loggedEvent(event)), flush: events.flush },
    version,
    firstClient,
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
