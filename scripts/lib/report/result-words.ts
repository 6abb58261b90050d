import { constants } from "node:os";
import type { Repository, RepositoryProblem } from "../model/repository.ts";
import type { RunOutcome, RunResult, SkipReason } from "../model/run-outcome.ts";
import { durationWords } from "./duration-words.ts";
import { listWords } from "./list-words.ts";
import { repositoryProblemWords } from "./repository-words.ts";
import { visibleName } from "./visible-name.ts";

const skipWords: Readonly<Record<SkipReason, string>> = {
  "an-earlier-one-failed": "skipped: an earlier one failed",
  "too-many-failed": "skipped: too many failed",
  interrupted: "skipped: interrupted",
};

/** How a command ended in a repository, as a clause or a sentence without its full stop. */
export function resultWords({ repository, result }: Pick<RunOutcome, "repository" | "result">): string {
  switch (result.kind) {
    case "ok":
      return "ok";
    case "exited":
      return `exited with code ${result.exitCode}`;
    case "signalled":
      return `was ended by ${result.signal}`;
    case "timed-out":
      return `Command timed out after ${result.limitMs / 1000} s${survivorWords(result.survivors)}`;
    case "interrupted":
      return `interrupted${survivorWords(result.survivors)}`;
    case "inaccessible":
      return inaccessibleWords(repository, result.problem);
    case "output-unwritable":
      return `not run: its output could not be written (${result.errno})`;
    case "not-executed":
      return notExecutedWords(result.errno, result.program);
    case "skipped":
      return skipWords[result.because];
  }
}

/** "Cannot access repository PATH: it does not exist". */
export function inaccessibleWords(
  { path }: Pick<Repository, "path">,
  problem: RepositoryProblem | { readonly kind: "replaced" },
): string {
  const words = problem.kind === "replaced" ? "another folder stands in its place" : repositoryProblemWords(problem);
  return `Cannot access repository ${visibleName(path)}: ${words}`;
}

function notExecutedWords(errno: string, program: string): string {
  // The system does not tell one from the other.
  const orItsInterpreter = program.includes("/") ? ", or the interpreter that its first line names" : "";
  if (errno === "ENOENT") return `command not found: ${visibleName(program)}${orItsInterpreter}`;
  if (errno === "EACCES") return `command may not be executed: ${visibleName(program)}`;
  if (errno === "E2BIG") return "command could not be executed: its arguments are too long";
  return `command could not be executed: ${visibleName(program)} (${errno})`;
}

function survivorWords(pids: readonly number[]): string {
  return pids.length === 0 ? "" : `; could not be ended: ${listWords(pids, 5)}`;
}

export type RunStatus = "ok" | "failed" | "timed-out" | "skipped";

/** The same in one word, for programs. */
export function statusOf({ kind }: RunResult): RunStatus {
  return kind === "ok" || kind === "timed-out" || kind === "skipped" ? kind : "failed";
}

/** What a shell would say: 128 + the number of a signal, 127 and 126 for what could not be executed, 124 for a time-out; null: it was never begun. */
export function exitCodeOf(result: RunResult): number | null {
  switch (result.kind) {
    case "ok":
      return 0;
    case "exited":
      return result.exitCode;
    case "signalled":
      return 128 + constants.signals[result.signal];
    case "timed-out":
      return 124;
    case "interrupted":
      return 130;
    case "not-executed":
      return result.errno === "ENOENT" ? 127 : 126;
    case "inaccessible":
    case "output-unwritable":
    case "skipped":
      return null;
  }
}

/** "4.2 s", and how often it was tried when more than once. */
export function effortWords({ durationMs, attempts }: RunOutcome): string {
  return attempts > 1 ? `${durationWords(durationMs)}, attempt ${attempts}` : durationWords(durationMs);
}
