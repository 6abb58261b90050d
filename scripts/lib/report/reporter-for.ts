import { liveBoard } from "./live-board.ts";
import { plainReporter } from "./plain.ts";
import type { Reporter } from "./reporter.ts";
import { screenOf } from "./screen.ts";

/**
 * The board on a terminal that can move its cursor, plain lines in a pipe, a file or CI.
 *
 * @param usual What services usually take to be ready, in milliseconds, by name.
 */
export function reporterFor(
  stream: NodeJS.WriteStream,
  env: Readonly<Record<string, string | undefined>>,
  usual: ReadonlyMap<string, number> = new Map(),
): Reporter {
  return canRedraw(stream, env) ? liveBoard(stream, env, usual) : plainReporter(screenOf(stream, env), usual);
}

/** Whether it is a terminal with somebody before it, that can move its cursor. */
export function canRedraw(
  stream: { readonly isTTY?: boolean },
  env: Readonly<Record<string, string | undefined>>,
): boolean {
  return stream.isTTY === true && env["TERM"] !== "dumb" && !env["CI"];
}
