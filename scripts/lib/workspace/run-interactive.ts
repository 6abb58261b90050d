import { statSync } from "node:fs";
import type { FoundRepository } from "../model/repository.ts";
import type { RunResult } from "../model/run-outcome.ts";
import { runInherited } from "../process/run-inherited.ts";
import type { ComposedCommand } from "./run-each.ts";

/**
 * Runs a command in a repository with our own terminal: for what asks, or draws. It has all the time it likes, and Ctrl-C reaches it by the terminal.
 *
 * @param interrupt Aborted by a signal to us: from then on, that it ended is the user's doing.
 */
export async function runInteractive(
  repository: FoundRepository,
  { argv, environment }: ComposedCommand,
  interrupt: AbortSignal,
): Promise<RunResult> {
  const stat = statSync(repository.path, { throwIfNoEntry: false });
  if (stat === undefined) return { kind: "inaccessible", problem: { kind: "missing" } };
  if (stat.dev !== repository.device || stat.ino !== repository.inode) {
    return { kind: "inaccessible", problem: { kind: "replaced" } };
  }
  const defined = Object.entries(environment).filter((entry): entry is [string, string] => entry[1] !== undefined);
  const end = await runInherited(argv, { cwd: repository.path, environment: Object.fromEntries(defined) }).ended;
  if ("error" in end) return { kind: "not-executed", errno: end.error, program: argv[0] };
  if (interrupt.aborted) return { kind: "interrupted", survivors: [] };
  if (end.signal !== null) return { kind: "signalled", signal: end.signal };
  return end.code === 0 ? { kind: "ok" } : { kind: "exited", exitCode: end.code };
}
