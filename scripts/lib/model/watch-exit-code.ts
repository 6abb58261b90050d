import { constants } from "node:os";
import type { WatchEnd } from "./watch-event.ts";

/** As a shell would say it: 128 + the number of the signal that ended it, 126 or 127 where it may not be executed or is not there. null: it had no place to begin in. */
export function watchExitCode(end: WatchEnd): number | null {
  switch (end.kind) {
    case "exited":
      return end.code;
    case "signalled":
      return 128 + (Object.entries(constants.signals).find(([name]) => name === end.signal)?.[1] ?? 0);
    case "not-executable":
      return end.errno === "ENOENT" ? 127 : 126;
    case "inaccessible":
      return null;
  }
}
