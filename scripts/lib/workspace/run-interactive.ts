import { closeSync } from "node:fs";
import type { FoundRepository } from "../model/repository.ts";
import type { RunResult } from "../model/run-outcome.ts";
import { openFolder } from "../process/open-folder.ts";
import { hasProc } from "../process/proc-table.ts";
import type { ComposedCommand } from "./run-each.ts";

/** Runs a command with our own terminal, and says which signals came to us meanwhile. */
export type Attend = (
  argv: readonly [string, ...string[]],
  options: { readonly cwd: string; readonly environment: Readonly<Record<string, string>> },
) => Promise<{
  readonly end:
    | { readonly code: number; readonly signal: null }
    | { readonly code: null; readonly signal: NodeJS.Signals }
    | { readonly error: string };
  readonly received: ReadonlySet<NodeJS.Signals>;
}>;

/**
 * Runs a command in a repository with our own terminal: for what asks, or draws. It has all the time it likes, and Ctrl-C is its own.
 *
 * @returns `signal`: what is to end us too, as a shell's loop ends. Ctrl-C only where the command was ended by it: a program that takes it for something
 *   else goes on, and so do we.
 */
export async function runInteractive(
  repository: FoundRepository,
  { argv, environment }: ComposedCommand,
  attend: Attend,
): Promise<{ readonly result: RunResult; readonly signal: NodeJS.Signals | null }> {
  const opened = openFolder(repository);
  if (typeof opened !== "number") return { result: { kind: "inaccessible", problem: opened }, signal: null };
  const defined = Object.entries({ ...environment, PWD: repository.path }).flatMap(([name, value]) =>
    value === undefined ? [] : [[name, value] as const],
  );
  const { end, received } = await attend(argv, {
    cwd: hasProc ? `/proc/self/fd/${opened}` : repository.path,
    environment: Object.fromEntries(defined),
  }).finally(() => closeSync(opened));
  if ("error" in end) return { result: { kind: "not-executed", errno: end.error, program: argv[0] }, signal: null };
  const isEndedByInterrupt = end.signal === "SIGINT" || end.code === 130;
  const signal =
    (["SIGTERM", "SIGHUP"] as const).find((one) => received.has(one)) ??
    (received.has("SIGINT") && isEndedByInterrupt ? "SIGINT" : null);
  if (signal !== null) return { result: { kind: "interrupted", survivors: [] }, signal };
  if (end.signal !== null) return { result: { kind: "signalled", signal: end.signal }, signal };
  return { result: end.code === 0 ? { kind: "ok" } : { kind: "exited", exitCode: end.code }, signal };
}
