import { fstatSync } from "node:fs";

/** Whether two streams write into the same pipe (2>&1 |). */
export function isOnePipe(one: NodeJS.WriteStream, other: NodeJS.WriteStream): boolean {
  const [first, second] = [pipeOf(one), pipeOf(other)];
  return first !== null && first === second;
}

/** What tells a pipe from others; null: it is something else. */
function pipeOf(stream: NodeJS.WriteStream): string | null {
  if (!("fd" in stream) || typeof stream.fd !== "number") return null;
  try {
    const stats = fstatSync(stream.fd);
    return stats.isFIFO() ? `${stats.dev}:${stats.ino}` : null;
  } catch {
    // Closed before we began.
    return null;
  }
}
