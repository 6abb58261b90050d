import { existsSync } from "node:fs";
import type { Answer } from "./ask.ts";

/**
 * Why a program's answer cannot be used, as one line; null: it can.
 *
 * @param cwd Where it was asked: a folder that is gone looks like a program that is not there.
 * @param well Exit codes that are answers.
 */
export function answerProblem(
  program: string,
  answer: Answer,
  cwd: string,
  well: readonly number[] = [0],
): string | null {
  if (answer.error === "ENOENT" || answer.error === "ENOTDIR") {
    return existsSync(cwd) ? `${program} is not installed` : "its folder is gone";
  }
  if (answer.error !== null) return `${program} could not be run: ${answer.error}`;
  if (answer.timedOut) return `${program} took too long`;
  if (!answer.isWhole) return `${program} said more than can be read`;
  if (answer.code !== null && well.includes(answer.code)) return null;
  const [line = ""] = answer.stderr.trim().split("\n");
  return line.trim() || `${program} failed${answer.code === null ? "" : ` with exit code ${answer.code}`}`;
}
