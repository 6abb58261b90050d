import { spawn } from "node:child_process";
import { errnoOf } from "../diagnostic/errno-of.ts";

/** A command the user typed, and how it ends. */
export interface InheritedRun {
  signal(signal: NodeJS.Signals): void;
  /** `error`: the errno where it could not be executed at all. */
  readonly ended: Promise<
    | { readonly code: number; readonly signal: null }
    | { readonly code: null; readonly signal: NodeJS.Signals }
    | { readonly error: string }
  >;
}

/**
 * Runs a command as a shell would run it for us: our input, output and terminal, our process group. No shell reads its arguments.
 *
 * @param options.environment The whole of it.
 */
export function runInherited(
  [program, ...args]: readonly [string, ...string[]],
  options: { readonly cwd: string; readonly environment: Readonly<Record<string, string>> },
): InheritedRun {
  try {
    const child = spawn(program, args, { cwd: options.cwd, env: options.environment, stdio: "inherit" });
    const ended = new Promise<Awaited<InheritedRun["ended"]>>((resolve) => {
      child.once("error", (error) => resolve({ error: errnoOf(error) || "EINVAL" }));
      child.once("exit", (code, signal) =>
        resolve(signal === null ? { code: code ?? 1, signal } : { code: null, signal }),
      );
    });
    return { ended, signal: (signal) => void child.kill(signal) };
  } catch (error) {
    // Node's own checks: a NUL in an argument, or more arguments than the system takes.
    return { ended: Promise.resolve({ error: errnoOf(error) || "EINVAL" }), signal: () => {} };
  }
}
