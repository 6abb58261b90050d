import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { onTestFinished } from "vitest";

/** The path of a log that does not exist yet, in a folder that is gone when the test is over. */
export async function newLog(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "logs-"));
  onTestFinished(() => rm(folder, { recursive: true }));
  return join(folder, "web.log");
}

/** So many numbered lines of about 100 bytes. */
export function numberedLines(count: number): string[] {
  return Array.from({ length: count }, (_, index) => `${index} ${"x".repeat(92)}`);
}
