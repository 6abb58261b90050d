import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { closeSync, openSync } from "node:fs";
import { setTimeout as pause } from "node:timers/promises";
import type { CommandPlace } from "./run-command.ts";
import { countEvents } from "./stamps.ts";

/** A tool that stays in the foreground as long as its services run. */
export interface Foreground {
  readonly pid: number;
  /** Until so many services have said that they are ready: the tool itself has no way to tell us. */
  untilReady(stamps: string, count: number): Promise<void>;
  /** Ctrl-C, as a terminal sends it: to the whole group. */
  interrupt(): void;
  /** To the tool alone, as a script would stop it. */
  terminate(): void;
  /** Its exit code, or an error at the deadline. */
  untilEnded(deadlineMs?: number): Promise<void>;
}

export function openForeground([file = "", ...argv]: readonly string[], place: CommandPlace): Foreground {
  const output = openSync(place.output, "a");
  const child = spawn(file, argv, {
    cwd: place.cwd,
    env: place.env,
    detached: true,
    stdio: ["ignore", output, output],
  });
  closeSync(output);
  const ended = once(child, "exit").catch(() => null);
  const pid = child.pid ?? 0;
  return {
    pid,
    untilReady: (stamps, count) => untilReady(child, stamps, count, place.deadlineMs),
    interrupt: () => {
      if (isOurs(child)) process.kill(-pid, "SIGINT");
    },
    terminate: () => child.kill("SIGTERM"),
    untilEnded: async (deadlineMs = place.deadlineMs) => {
      const late = Symbol("late");
      const timer = new AbortController();
      const winner = await Promise.race([ended, pause(deadlineMs, late, { signal: timer.signal, ref: false })]);
      timer.abort();
      if (winner === late) throw new Error(`did not end in ${deadlineMs / 1000} s`);
    },
  };
}

async function untilReady(child: ChildProcess, stamps: string, count: number, deadlineMs: number): Promise<void> {
  const until = performance.now() + deadlineMs;
  while (countEvents(stamps, "ready") < count) {
    if (!isOurs(child)) throw new Error("ended before its services were ready");
    if (performance.now() > until) throw new Error(`services were not ready in ${deadlineMs / 1000} s`);
    await pause(5);
  }
}

/** Neither ended nor reaped, so the PID is still its own. */
function isOurs(child: ChildProcess): boolean {
  return child.pid !== undefined && child.exitCode === null && child.signalCode === null;
}
