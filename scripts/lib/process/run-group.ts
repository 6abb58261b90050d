import type { ChildProcess } from "node:child_process";
import { errnoOf } from "../diagnostic/errno-of.ts";
import { readProcess } from "./proc-table.ts";

/** How a command of ours ended. */
export interface GroupEnd {
  readonly code: number | null;
  readonly signal: string | null;
  readonly timedOut: boolean;
  /** The errno when it could not be started (ENOENT, …); ABORT_ERR when `signal` was aborted; else null. */
  readonly error: string | null;
  /** false: somebody goes on holding its output, so that more of it may come. */
  readonly isWhole: boolean;
}

export interface GroupOptions {
  readonly cwd: string;
  /** The whole environment. */
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly timeoutMs: number;
  readonly signal?: AbortSignal;
  /** How long output may lag behind the end of the command, or the end behind SIGKILL, in milliseconds. */
  readonly settleMs: number;
  /** What it writes, as it comes. `end` kills it. */
  readonly onOutput: (stream: "stdout" | "stderr", chunk: Buffer, end: () => void) => void;
}

/**
 * Runs a command to its end, and not a moment longer than allowed: at the deadline, when aborted, and when it has ended, its whole process
 * group is killed, so that nothing is left of it. Never throws, and always settles, even if a process in a session of its own goes on
 * holding its output.
 */
export async function runGroup(
  [file, ...args]: readonly [string, ...string[]],
  options: GroupOptions,
): Promise<GroupEnd> {
  const failed = { code: null, signal: null, timedOut: false, isWhole: true };
  if (options.signal?.aborted === true) return { ...failed, error: "ABORT_ERR" };
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
    let timedOut = false;
    let wasAborted = false;
    let ended: { code: number | null; signal: string | null } = { code: null, signal: null };
    let settleTimer: NodeJS.Timeout | undefined;

    const settle = (error: string | null, isWhole: boolean): void => {
      clearTimeout(deadline);
      clearTimeout(settleTimer);
      options.signal?.removeEventListener("abort", abort);
      child.stdout?.destroy();
      child.stderr?.destroy();
      resolve({ ...ended, timedOut, error: wasAborted ? "ABORT_ERR" : error, isWhole });
    };
    const settleSoon = (): void => {
      settleTimer ??= setTimeout(() => settle(null, false), options.settleMs);
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

    child.stdout?.on("data", (chunk: Buffer) => options.onOutput("stdout", chunk, kill));
    child.stderr?.on("data", (chunk: Buffer) => options.onOutput("stderr", chunk, kill));
    options.signal?.addEventListener("abort", abort);
    child.once("error", (error) => settle(errnoOf(error) || "EINVAL", true));
    child.once("exit", (code, signal) => {
      ended = { code, signal };
      clearTimeout(deadline);
      killGroup(child);
      settleSoon();
    });
    child.once("close", () => settle(null, true));
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
