import { constants } from "node:os";

/**
 * Ends this process as the signal would have, so that whoever waits for it sees the signal (a shell: 128 + its number).
 * Call it last, when everything is tidied up: handlers of the signal are removed first.
 *
 * @returns The exit code that says the same, for PID 1 of a container: there signals have no default action.
 */
export function endBySignal(signal: NodeJS.Signals): number {
  const exitCode = 128 + constants.signals[signal];
  process.exitCode = exitCode;
  process.removeAllListeners(signal);
  process.kill(process.pid, signal);
  return exitCode;
}
