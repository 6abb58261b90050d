import type { ServiceCommand } from "../model/service.ts";
import { commandArgv } from "./command-argv.ts";
import { type GroupEnd, type GroupOptions, runGroup } from "./run-group.ts";

/** How a command of ours (an exec probe) ended. */
export interface CommandResult extends Omit<GroupEnd, "isWhole"> {
  /** The last 2 KiB of stdout and stderr, in the order in which they came. */
  readonly output: string;
}

export type CommandOptions = Omit<GroupOptions, "settleMs" | "onOutput">;

const outputBytes = 2048;
const settleMs = 100;

/** Runs a command to its end, as `runGroup` does, and keeps the end of what it writes. */
export async function runCommand(command: ServiceCommand, options: CommandOptions): Promise<CommandResult> {
  let tail = Buffer.alloc(0);
  const { isWhole: _, ...end } = await runGroup(commandArgv(command), {
    ...options,
    settleMs,
    onOutput(_stream, chunk) {
      tail = Buffer.concat([tail, chunk]).subarray(-outputBytes);
    },
  });
  return { ...end, output: textOf(tail) };
}

function textOf(tail: Buffer): string {
  let start = 0;
  // Not from the middle of a character.
  while (tail.length === outputBytes && ((tail[start] ?? 0) & 0xc0) === 0x80) start += 1;
  return tail.subarray(start).toString("utf8");
}
