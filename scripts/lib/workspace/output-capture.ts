import type { Readable } from "node:stream";
import type { CommandRequest } from "../process/spawn-command.ts";

/** Where the output of one repository's command goes, attempt by attempt. */
export interface OutputCapture {
  /** @returns What the next attempt writes to. Output of an attempt before is forgotten. @throws the errno error when there is no place for it. */
  begin(): CommandRequest["output"];
  /** With pipes: called as soon as the process is there. */
  read(streams: readonly Readable[]): void;
  /**
   * The process has ended, or never began.
   *
   * @param group Of the process; what it started may still write. null: there was none.
   * @returns Resolves when all has come; what a descendant holds back for more than 250 ms is not waited for, nor one that goes on and on.
   */
  end(group: number | null): Promise<void>;
  /** The last lines of the last attempt, without escape sequences; oldest first. */
  lastLines(count: number): Promise<readonly string[]>;
}

/** How long output may lag behind the end of its command, in milliseconds. */
export const lagMs = 250;

/** How long it is taken in all, where a descendant goes on writing, in milliseconds. */
export const mostLagMs = 2_000;
