import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { TestProject } from "vitest/node";

/** Where suites that are left out say so, a line each. */
export function leftOutFile(runFolder: string): string {
  return join(runFolder, "left-out");
}

/** Gives the run a folder; at the end says what was left out, and removes it. */
export default function setUp(project: TestProject): () => void {
  const runFolder = mkdtempSync(join(tmpdir(), "gswell-"));
  project.provide("runFolder", runFolder);
  return () => {
    const file = leftOutFile(runFolder);
    const lines = existsSync(file) ? new Set(readFileSync(file, "utf8").trim().split("\n")) : [];
    for (const line of lines) process.stdout.write(`Left out: ${line}\n`);
    rmSync(runFolder, { recursive: true, force: true });
  };
}
