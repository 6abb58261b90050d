import { readProcFile } from "./proc-table.ts";

/**
 * Whether this process stands in the foreground of its terminal: then Ctrl-C there reaches everything of its process group by itself. Without /proc:
 * whether it has a terminal.
 */
export function isTerminalForeground(): boolean {
  const stat = readProcFile("/proc/self/stat");
  if (stat === null) return process.stdin.isTTY || process.stdout.isTTY;
  // Fields 5 and 8: its group, and the one in the terminal's foreground, -1 where there is no terminal.
  const [, , group, , , foreground] = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  return group === foreground;
}
