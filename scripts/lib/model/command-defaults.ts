import type { CommandMode } from "./repository-workspace.ts";

const modes: ReadonlyMap<string, CommandMode> = new Map([
  ["watch", "watch"],
  ["start", "sequential"],
  ["stop", "sequential"],
  ["uninstall", "sequential"],
]);

/** The mode of a command that does not say: query, status, fix-config and all others are parallel. */
export function defaultMode(command: string): CommandMode {
  return modes.get(command) ?? "parallel";
}

/** Whether a sequential command goes on after a failure unless it says otherwise: what is taken down is taken down as far as it goes. */
export function keepsGoingByDefault(command: string): boolean {
  return command === "stop" || command === "uninstall";
}
