import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { closeSync, constants, fstatSync, openSync } from "node:fs";
import type { FailureReason } from "../model/service-state.ts";
import type { ServiceCommand } from "../model/service.ts";
import { commandArgv } from "./command-argv.ts";
import { errnoOf } from "../diagnostic/errno-of.ts";
import { executableProblem, folderProblem } from "./find-executable.ts";
import { type ProcessIdentity, identityFrom } from "./identity.ts";
import { type Marker, markerText, markerVariables } from "./marker.ts";
import { readProcess } from "./proc-table.ts";
import { isSimpleCommand, programOf } from "./simple-shell.ts";

export interface SpawnRequest {
  readonly service: string;
  readonly command: ServiceCommand;
  /** Absolute. */
  readonly cwd: string;
  /** The whole environment; the marker is added, and overwrites an inherited one. */
  readonly environment: Readonly<Record<string, string>>;
  /** Appended to; created with mode 0600. */
  readonly logFile: string;
  readonly marker: Marker;
  /** A FIFO to read from, which never ends; null: /dev/null. */
  readonly stdinFifo: string | null;
}

export interface SpawnedService {
  /** Also its session and its group. */
  readonly pid: number;
  readonly identity: ProcessIdentity;
  /** Size of the log before the first byte of this run, in bytes. */
  readonly logOffset: number;
  /** Resolves when the leader has ended; others of its group may live on. */
  readonly exited: Promise<{ readonly code: number | null; readonly signal: NodeJS.Signals | null }>;
}

export type SpawnResult =
  | { readonly ok: true; readonly process: SpawnedService }
  | { readonly ok: false; readonly reason: FailureReason };

type SpawnError = Extract<FailureReason, { kind: "spawn-error" }>;

/**
 * Starts a service in a session and group of its own, its output straight into its log: it needs nobody to live on.
 *
 * Runs synchronously up to and including the spawn (1.4 ms in a small process); the promise only exists since node tells some errors late.
 *
 * @returns Failure as data: `spawn-error` with the errno and whether it was about the cwd, the log (also the stdin FIFO) or the command.
 */
export async function spawnService(request: SpawnRequest): Promise<SpawnResult> {
  const { command, cwd, environment } = request;
  const inFolder = folderProblem(cwd);
  if (inFolder !== null) return failure("cwd", inFolder, cwd);
  const program =
    command.kind === "argv" ? command.argv[0] : isSimpleCommand(command.text) ? programOf(command.text) : null;
  const inProgram = program === null ? null : executableProblem(program, cwd, environment["PATH"] ?? "/usr/bin:/bin");
  if (program !== null && inProgram !== null) return failure("command", inProgram, program);

  const descriptors: number[] = [];
  const open = (file: string, flags: number): number | SpawnError => {
    try {
      const descriptor = openSync(file, flags, 0o600);
      descriptors.push(descriptor);
      return descriptor;
    } catch (error) {
      return spawnError("log", spawnErrno(error), file);
    }
  };
  try {
    const { O_APPEND, O_CREAT, O_RDWR, O_WRONLY } = constants;
    const log = open(request.logFile, O_WRONLY | O_APPEND | O_CREAT);
    if (typeof log !== "number") return { ok: false, reason: log };
    // Opened for writing too, the FIFO always has a writer: reading it never comes to an end.
    const stdin = request.stdinFifo === null ? "ignore" : open(request.stdinFifo, O_RDWR);
    if (typeof stdin === "object") return { ok: false, reason: stdin };
    const logOffset = fstatSync(log).size;
    const [file, ...args] = commandArgv(command);
    const child = spawn(file, args, {
      cwd,
      env: { ...environment, [markerVariables.service]: markerText(request.marker) },
      detached: true,
      stdio: [stdin, log, log],
    });
    return await describe(child, program ?? file, logOffset);
  } catch (error) {
    return failure("command", spawnErrno(error), program ?? commandArgv(command)[0]);
  } finally {
    for (const descriptor of descriptors) closeSync(descriptor);
  }
}

async function describe(child: ChildProcess, program: string, logOffset: number): Promise<SpawnResult> {
  const { pid } = child;
  if (pid === undefined) {
    // A missing interpreter, no more processes or descriptors: said by an event.
    const [error] = await once(child, "error").catch((reason: unknown) => [reason]);
    return failure("command", spawnErrno(error), program);
  }
  const exited = new Promise<{ code: number | null; signal: NodeJS.Signals | null }>((resolve) => {
    child.once("exit", (code, signal) => resolve({ code, signal }));
  });
  child.on("error", () => {
    // Only a failed kill() of node's could arrive here, and we never call that.
  });
  // Not yet reaped (that takes a turn of the event loop), so it is there even if it has ended already.
  const stat = readProcess(pid);
  const identity = stat === null ? { pid, startTime: "0", bootId: "", pidNs: "" } : identityFrom(stat);
  return { ok: true, process: { pid, identity, logOffset, exited } };
}

function failure(subject: SpawnError["subject"], errno: string, path: string): SpawnResult {
  return { ok: false, reason: spawnError(subject, errno, path) };
}

function spawnError(subject: SpawnError["subject"], errno: string, path: string): SpawnError {
  return { kind: "spawn-error", errno, subject, path };
}

/** Node's own checks (a NUL in an argument) have no errno; execve would say EINVAL. */
function spawnErrno(error: unknown): string {
  const code = errnoOf(error);
  return code === "" || code.startsWith("ERR_") ? "EINVAL" : code;
}
