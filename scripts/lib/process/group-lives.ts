import { errnoOf } from "../diagnostic/errno-of.ts";

/** Whether a process group has a member, be it a zombie. Nothing is sent to it. */
export function groupLives(pgid: number): boolean {
  const { stackTraceLimit } = Error;
  // Mostly there is none, and then a stack trace, which nobody reads, would cost more than all the rest.
  Error.stackTraceLimit = 0;
  try {
    process.kill(-pgid, 0);
    return true;
  } catch (error) {
    return errnoOf(error) === "EPERM";
  } finally {
    Error.stackTraceLimit = stackTraceLimit;
  }
}
