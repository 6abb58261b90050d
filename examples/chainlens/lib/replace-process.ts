import { spawn } from "node:child_process";
import { constants } from "node:os";

/**
 * Lets another program take this one's place.
 *
 * With Node 23.11 and later it truly does (`process.execve`): same pid, so signals, exit code and memory are the program's own. Before, this
 * process stays as its parent, hands every signal on and ends as it ends.
 *
 * @param onFailure Told in one line when the program cannot be started; the exit code is 1 then.
 */
export function replaceProcess(file: string, argv: readonly string[], onFailure: (reason: string) => void): void {
  if (process.execve !== undefined) {
    try {
      process.execve(file, [file, ...argv], process.env);
    } catch (error) {
      onFailure(String(error));
      process.exitCode = 1;
      return;
    }
  }
  const child = spawn(file, argv, { stdio: "inherit" });
  const forwarded = ["SIGTERM", "SIGINT", "SIGHUP", "SIGQUIT", "SIGUSR2"] as const;
  const forward = (signal: NodeJS.Signals): void => void child.kill(signal);
  for (const signal of forwarded) process.on(signal, forward);
  child.once("error", (error) => {
    onFailure(error.message);
    process.exitCode = 1;
  });
  child.once("exit", (code, signal) => {
    for (const name of forwarded) process.off(name, forward);
    // Ended by a signal: end by the same, so that whoever waits for this process sees the truth.
    if (signal !== null) process.kill(process.pid, signal);
    process.exitCode = code ?? 128 + (signal === null ? 0 : constants.signals[signal]);
  });
}
