import { execFileSync } from "node:child_process";
import { closeSync, constants, mkdirSync, openSync, rmSync } from "node:fs";
import { until } from "./until.ts";
import type { Workspace } from "./workspace.ts";

/** A moment at which the next supervisor of a workspace is held, for the test to kill it exactly there. */
export interface FaultPoint extends Disposable {
  /** For the command that launches the supervisor. */
  readonly env: Readonly<Record<string, string>>;
  /** Waits until the supervisor stands there; it then stands as long as this lives. */
  readonly reached: () => Promise<void>;
}

export function faultPoint(dev: Workspace, name: string): FaultPoint {
  const fifo = dev.path(".groundswell/pause");
  mkdirSync(dev.path(".groundswell"), { recursive: true, mode: 0o700 });
  // A new one each time: of a supervisor that was just killed, a thread may still have the old one open.
  rmSync(fifo, { force: true });
  execFileSync("mkfifo", [fifo]);
  let writer: number | null = null;
  return {
    env: { GROUNDSWELL_TEST_PAUSE: name },
    async reached() {
      writer = await until(
        () => openForWriting(fifo),
        () => `the supervisor has reached "${name}"\n${dev.story()}`,
      );
    },
    [Symbol.dispose]() {
      if (writer !== null) closeSync(writer);
      writer = null;
    },
  };
}

/** Opens a FIFO; null while nobody has it open for reading. */
export function openForWriting(fifo: string): number | null {
  try {
    return openSync(fifo, constants.O_WRONLY | constants.O_NONBLOCK);
  } catch {
    return null;
  }
}
