import { errnoOf } from "../diagnostic/errno-of.ts";

/** Whether a process group has a member, be it a zombie. Nothing is sent to it. */
export function groupLives(pgid: number): boolean {
  try {
    process.kill(-pgid, 0);
    return true;
  } catch (error) {
    return errnoOf(error) === "EPERM";
  }
}
