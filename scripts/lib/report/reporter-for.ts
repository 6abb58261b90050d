import { liveBoard } from "./live-board.ts";
import { plainReporter } from "./plain.ts";
import type { Reporter } from "./reporter.ts";
import { screenOf } from "./screen.ts";

/** The board on a terminal that can move its cursor, plain lines in a pipe, a file or CI. */
export function reporterFor(stream: NodeJS.WriteStream, env: Readonly<Record<string, string | undefined>>): Reporter {
  const canMove = stream.isTTY && env["TERM"] !== "dumb" && !env["CI"];
  return canMove ? liveBoard(stream, env) : plainReporter(screenOf(stream, env));
}
