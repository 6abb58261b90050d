import { setTimeout as pause } from "node:timers/promises";
import type { Round } from "../engines/engine.ts";
import type { Stack } from "../stacks/stack.ts";
import { killForSure } from "./process-row.ts";
import { readStamps, type Stamp } from "./stamps.ts";

/** What came of a service that was killed. */
export interface Crash {
  readonly name: string;
  /** From just before the signal to the first stamp of the next run; NaN: there was none. */
  readonly restartMs: number;
  /** Runs beside the one that was killed: 1, where all is well. */
  readonly runs: number;
}

/** mprocs does not restart what lived less than a second, and what a start leaves to do is over by then. */
const settledMs = 1500;
const deadlineMs = 5000;

/** Kills every service once by SIGKILL, by the PID it has stamped: the next one when the one before is ready again. */
export async function crashEach({ services }: Stack, { stamps }: Round): Promise<readonly Crash[]> {
  await pause(settledMs);
  const killedAt = new Map<string, bigint>();
  for (const { name } of services) {
    const [run] = stampsOf(stamps, name, "start");
    if (!run) throw new Error(`${name} has not stamped its start`);
    killedAt.set(name, process.hrtime.bigint());
    killForSure(run);
    const until = performance.now() + deadlineMs;
    while (stampsOf(stamps, name, "ready").length < 2 && performance.now() < until) await pause(5);
    await pause(50);
  }
  // For a second restart that nobody asked for.
  await pause(300);
  return services.map(({ name }) => {
    const starts = stampsOf(stamps, name, "start");
    const ns = Number((starts[1]?.ns ?? 0n) - (killedAt.get(name) ?? 0n));
    return { name, restartMs: starts.length < 2 ? Number.NaN : ns / 1e6, runs: starts.length - 1 };
  });
}

function stampsOf(file: string, name: string, event: string): readonly Stamp[] {
  return readStamps(file).filter((stamp) => stamp.name === name && stamp.event === event);
}
