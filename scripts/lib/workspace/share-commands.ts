import type { WorkspacePaths } from "../model/workspace.ts";
import { type OpenCommands, openCommands } from "./open-commands.ts";

interface Shared {
  readonly commands: Promise<OpenCommands>;
  users: number;
}

const open = new Map<string, Shared>();
let uses = 0;

/**
 * `openCommands` for a program that runs and watches several things at a time in one workspace: they share one journal, since a process has but one.
 *
 * @returns With a `runPrefix` and a `close` of its own: the last one closes.
 */
export async function shareCommands(paths: WorkspacePaths): Promise<OpenCommands> {
  const shared = open.get(paths.root) ?? { commands: openCommands(paths, () => {}), users: 0 };
  open.set(paths.root, shared);
  shared.users += 1;
  let isOpen = true;
  const leave = (): boolean => {
    if (isOpen) shared.users -= 1;
    isOpen = false;
    if (shared.users > 0 || open.get(paths.root) !== shared) return false;
    return open.delete(paths.root);
  };
  try {
    const commands = await shared.commands;
    uses += 1;
    const runPrefix = `${commands.runPrefix}-${uses}`;
    return { ...commands, runPrefix, close: () => (leave() ? commands.close() : undefined) };
  } catch (error) {
    leave();
    throw error;
  }
}
