import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { join, relative } from "node:path";
import type { SeenProcess } from "./processes.ts";
import type { RunningCommand } from "./running-command.ts";

/** What happened in a workspace, for a human who reads of a failed test: commands and what they printed, logs, processes. */
export function tellStory(
  root: string,
  commands: readonly { readonly line: string; readonly command: RunningCommand }[],
  processes: readonly SeenProcess[],
): string {
  const said = commands.map(({ line, command }) => {
    const { stdout, stderr } = command.printed();
    return `$ ${line}${command.hasEnded() ? "" : "   (still running)"}\n${lastPart(stdout)}${lastPart(stderr)}`;
  });
  const logs = logsIn(root).map((file) => `== ${file}\n${lastPart(readFileSync(join(root, file), "utf8"))}`);
  return [`--- ${root}`, ...said, ...logs, "== processes", ...processes.map(describeProcess), "---"].join("\n");
}

export function describeProcess({ pid, ppid, command }: SeenProcess): string {
  return `${pid} (parent ${ppid}) ${command}`;
}

function logsIn(root: string): readonly string[] {
  const folder = join(root, "logs");
  const isFolder = statSync(folder, { throwIfNoEntry: false })?.isDirectory();
  const entries = isFolder ? readdirSync(folder, { recursive: true, withFileTypes: true }) : [];
  const logs = entries
    .filter((entry) => entry.isFile())
    .map(({ parentPath, name }) => relative(root, join(parentPath, name)));
  return [".groundswell/supervisor.log", ...logs].filter((file) => existsSync(join(root, file)));
}

function lastPart(text: string): string {
  return text.length > 4000 ? `…${text.slice(-4000)}` : text;
}
