import { constants } from "node:os";

/**
 * Ends this process as the signal would have, so that whoever waits for it sees the signal (a shell: 128 + its number).
 * Call it last, when everything is tidied up: handlers of the signal are removed first.
 */
export function endBySignal(signal: NodeJS.Signals): void {
  // PID 1 of a container has no default action: there the exit code has to tell.
  process.exitCode = 128 + constants.signals[signal];
  process.removeAllListeners(signal);
  process.kill(process.pid, signal);
}
