import type { ChildProcess } from "node:child_process";
import type { ServiceCommand } from "../model/service.ts";
import { commandArgv } from "./command-argv.ts";
import { errnoOf } from "../diagnostic/errno-of.ts";
import { readProcess } from "./proc-table.ts";

/** How a command of ours (an exec probe) ended. */
export interface CommandResult {
  readonly code: number | null;
  readonly signal: string | null;
  readonly timedOut: boolean;
  /** The last 2 KiB of stdout and stderr, in the order in which they came. */
  readonly output: string;
  /** The errno when it could not be started (ENOENT, …); ABORT_ERR when `signal` was aborted; else null. */
  readonly error: string | null;
}

export interface CommandOptions {
  readonly cwd: string;
  /** The whole environment. */
  readonly environment: Readonly<Record<string, string>>;
  readonly timeoutMs: number;
  readonly signal?: AbortSignal;
}

const outputBytes = 2048;

/** How long output may lag behind the end of the command, or the end behind SIGKILL, in milliseconds. */
const settleMs = 100;

/**
 * Runs a command to its end, and not a moment longer than allowed: at the deadline, when aborted, and when it has ended, its whole process
 * group is killed, so that nothing is left of it. Never throws, and always settles, even if a process in a session of its own goes on
 * holding its output.
 */
export async function runCommand(command: ServiceCommand, options: CommandOptions): Promise<CommandResult> {
  const failed = { code: null, signal: null, timedOut: false, output: "" };
  if (options.signal?.aborted === true) return { ...failed, error: "ABORT_ERR" };
  const [file, ...args] = commandArgv(command);
  let child: ChildProcess;
  // Loaded when there is a command to run: `status` seldom has one.
  const { spawn } = process.getBuiltinModule("node:child_process");
  try {
    child = spawn(file, args, {
      cwd: options.cwd,
      env: options.environment,
      detached: true,
      stdio: ["ignore", "pipe", "pipe"],
    });
  } catch (error) {
    return { ...failed, error: errnoOf(error) || "EINVAL" };
  }
  return new Promise((resolve) => {
    const output = keepTail(child);
    let timedOut = false;
    let wasAborted = false;
    let ended: { code: number | null; signal: string | null } = { code: null, signal: null };
    let settleTimer: NodeJS.Timeout | undefined;

    const settle = (error: string | null): void => {
      clearTimeout(deadline);
      clearTimeout(settleTimer);
      options.signal?.removeEventListener("abort", abort);
      child.stdout?.destroy();
      child.stderr?.destroy();
      resolve({ ...ended, timedOut, output: output(), error: wasAborted ? "ABORT_ERR" : error });
    };
    const settleSoon = (): void => {
      settleTimer ??= setTimeout(() => settle(null), settleMs);
    };
    const kill = (): void => {
      killGroup(child);
      settleSoon();
    };
    const abort = (): void => {
      wasAborted = true;
      kill();
    };
    const deadline = setTimeout(() => {
      timedOut = true;
      kill();
    }, options.timeoutMs);

    options.signal?.addEventListener("abort", abort);
    child.once("error", (error) => settle(errnoOf(error) || "EINVAL"));
    child.once("exit", (code, signal) => {
      ended = { code, signal };
      clearTimeout(deadline);
      killGroup(child);
      settleSoon();
    });
    child.once("close", () => settle(null));
  });
}

/**
 * Ends what is alive of a command's group. While a process is left in it, its number is given to nobody else; and where a process bears it that
 * is no longer our child, it is a stranger's.
 */
function killGroup(child: ChildProcess): void {
  const { pid } = child;
  if (pid === undefined) return;
  const hasBeenReaped = child.exitCode !== null || child.signalCode !== null;
  if (hasBeenReaped && readProcess(pid) !== null) return;
  try {
    process.kill(-pid, "SIGKILL");
  } catch {
    // Nothing was left.
  }
}

/** Collects what a command writes and forgets all but its end. */
function keepTail(child: ChildProcess): () => string {
  let tail = Buffer.alloc(0);
  for (const stream of [child.stdout, child.stderr]) {
    stream?.on("data", (chunk: Buffer) => {
      tail = Buffer.concat([tail, chunk]).subarray(-outputBytes);
    });
  }
  return () => {
    let start = 0;
    // Not from the middle of a character.
    while (tail.length === outputBytes && ((tail[start] ?? 0) & 0xc0) === 0x80) start += 1;
    return tail.subarray(start).toString("utf8");
  };
}
