import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { closeSync } from "node:fs";
import type { Readable } from "node:stream";
import { errnoOf } from "../diagnostic/errno-of.ts";
import type { RepositoryProblem } from "../model/repository.ts";
import { type ProcessIdentity, identityFrom } from "./identity.ts";
import { type Marker, markerText, markerVariables } from "./marker.ts";
import { type KnownFolder, openFolder } from "./open-folder.ts";
import { hasProc, readProcess } from "./proc-table.ts";

export interface CommandRequest {
  readonly argv: readonly [string, ...string[]];
  /** As it was when it was found to be a place to work in. */
  readonly folder: KnownFolder;
  /** The whole environment; the marker and PWD are put over it. */
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly marker: Marker;
  /** Descriptors to write to, which stay the caller's; or pipes. */
  readonly output: "pipes" | { readonly stdout: number; readonly stderr: number };
}

export interface SpawnedCommand {
  readonly identity: ProcessIdentity;
  /** With pipes: stdout and stderr. */
  readonly streams: readonly Readable[];
  /** Resolves when the leader has ended; others of its group may live on. */
  readonly exited: Promise<{ readonly code: number | null; readonly signal: NodeJS.Signals | null }>;
}

export type CommandSpawn =
  | { readonly ok: true; readonly process: SpawnedCommand }
  | { readonly ok: false; readonly problem: RepositoryProblem | { readonly kind: "replaced" } }
  | { readonly ok: false; readonly errno: string };

/**
 * Starts a command in a repository, in a session and group of its own, with nothing to read from.
 *
 * The folder is opened and looked at, and the child changes into what was opened (by /proc/self/fd): nobody can put another in its place in between.
 * Without /proc it changes into the path.
 *
 * @returns Failure as data: `problem` with the folder, or the errno with which the program could not be executed.
 */
export async function spawnCommand(request: CommandRequest): Promise<CommandSpawn> {
  let opened: number | null = null;
  const [program, ...args] = request.argv;
  try {
    const folder = openFolder(request.folder);
    if (typeof folder !== "number") return { ok: false, problem: folder };
    opened = folder;
    const { output } = request;
    const child = spawn(program, args, {
      cwd: hasProc ? `/proc/self/fd/${opened}` : request.folder.path,
      env: {
        ...request.environment,
        PWD: request.folder.path,
        [markerVariables.run]: markerText(request.marker),
      },
      detached: true,
      stdio: output === "pipes" ? ["ignore", "pipe", "pipe"] : ["ignore", output.stdout, output.stderr],
    });
    return await describe(child);
  } catch (error) {
    return { ok: false, errno: spawnErrno(error) };
  } finally {
    if (opened !== null) closeSync(opened);
  }
}

async function describe(child: ChildProcess): Promise<CommandSpawn> {
  const { pid } = child;
  if (pid === undefined) {
    const [error] = await once(child, "error").catch((reason: unknown) => [reason]);
    return { ok: false, errno: spawnErrno(error) };
  }
  const exited = new Promise<{ code: number | null; signal: NodeJS.Signals | null }>((resolve) => {
    child.once("exit", (code, signal) => resolve({ code, signal }));
  });
  // Not yet reaped (that takes a turn of the event loop), so it is there even if it has ended already.
  const stat = readProcess(pid);
  const identity = stat === null ? { pid, startTime: "0", bootId: "", pidNs: "" } : identityFrom(stat);
  const streams = [child.stdout, child.stderr].filter((stream) => stream !== null);
  return { ok: true, process: { identity, streams, exited } };
}

/** Node's own checks (a NUL in an argument) have no errno; execve would say EINVAL. */
function spawnErrno(error: unknown): string {
  const code = errnoOf(error);
  return code === "" || code.startsWith("ERR_") ? "EINVAL" : code;
}
