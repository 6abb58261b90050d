import type { WatchEnd } from "../model/watch-event.ts";
import { watchExitCode } from "../model/watch-exit-code.ts";
import { logLineText } from "./log-line-text.ts";
import { inaccessibleWords } from "./result-words.ts";
import { visibleName } from "./visible-name.ts";

/** The last lines of what a process wrote that have something to say, as `logs` would show them. */
export function lastLinesOf(output: Buffer, count: number): readonly string[] {
  return output
    .toString("utf8")
    .split("\n")
    .map(logLineText)
    .filter((line) => line.trim() !== "")
    .slice(-count);
}

/** "3", "137, SIGKILL"; why there is none. */
export function watchCodeWords(end: WatchEnd): string {
  switch (end.kind) {
    case "exited":
      return String(end.code);
    case "signalled":
      return `${watchExitCode(end)}, ${end.signal}`;
    case "inaccessible":
      return "none: the repository cannot be accessed";
    case "not-executable":
      return `${watchExitCode(end)}, ${end.errno}`;
  }
}

/** Why a watch did not start: what it said last, else how it ended. */
export function watchFailureWords(end: WatchEnd, lastOutput: Buffer): string {
  switch (end.kind) {
    case "inaccessible":
      return inaccessibleWords(end, { kind: end.problem });
    case "not-executable":
      return end.errno === "ENOENT"
        ? `Command not found: ${visibleName(end.program)}`
        : `Cannot execute ${visibleName(end.program)} (${errnoWords(end.errno)})`;
    case "exited":
    case "signalled":
      return lastLinesOf(lastOutput, 1)[0] ?? `it ended at once (exit code: ${watchCodeWords(end)})`;
  }
}

/** "EACCES: no permission". */
function errnoWords(errno: string): string {
  return errno === "EACCES" || errno === "EPERM" ? `${errno}: no permission` : errno;
}
