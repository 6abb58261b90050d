import type { Log } from "./log.ts";
import { logAs } from "./log.ts";

/** Lets go of everything the program holds. May take at most `stopDeadlineMs`. */
export type Stop = () => Promise<void> | void;

/** Far below any sensible grace period: a development service that cannot close in 2 s has nothing left worth waiting for. */
const stopDeadlineMs = 2_000;

/**
 * Runs one program of the stack until SIGTERM or SIGINT, then stops it and exits 0.
 *
 * A start that fails is one line in the log and exit code 1. A signal during the start ends the program at once.
 */
export async function runProgram(name: string, start: (log: Log) => Promise<Stop>): Promise<void> {
  const log = logAs(name);
  let stop: Stop = () => undefined;
  let isStopping = false;
  const end = async (signal: NodeJS.Signals): Promise<void> => {
    if (isStopping) return;
    isStopping = true;
    const since = performance.now();
    setTimeout(() => process.exit(1), stopDeadlineMs).unref();
    await stop();
    log(`${signal}: stopped in ${Math.round(performance.now() - since)} ms`);
    process.exit(0);
  };
  for (const signal of ["SIGTERM", "SIGINT"] as const) process.on(signal, () => void end(signal));
  try {
    stop = await start(log);
  } catch (error) {
    log(`cannot start: ${wordsOf(error)}`);
    process.exit(1);
  }
}

/** One line that says what went wrong; `listen EADDRINUSE` becomes words. */
export function wordsOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  if ("code" in error && error.code === "EADDRINUSE" && "port" in error) {
    return `port ${String(error.port)} is taken by another process`;
  }
  return error.message === "" ? error.name : error.message;
}
