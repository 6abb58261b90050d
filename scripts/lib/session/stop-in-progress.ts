import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { WorkspacePaths } from "../model/workspace.ts";
import { identityOf, isSameProcess } from "../process/identity.ts";

/**
 * A stop that works from disk holds the workspace's lock without a socket: it says so, or others would take it for a supervisor that hangs.
 * Where it cannot (the disk is full) it stops all the same.
 */
export function announceStop(paths: WorkspacePaths): () => void {
  const file = stopFileOf(paths);
  try {
    writeFileSync(file, JSON.stringify(identityOf(process.pid)), { mode: 0o600 });
  } catch {
    // To stop matters more than to be known to.
  }
  return () => rmSync(file, { force: true });
}

/** Whether another command is stopping this workspace from disk; it will end by itself. */
export function isStopInProgress(paths: WorkspacePaths): boolean {
  try {
    return isSameProcess(JSON.parse(readFileSync(stopFileOf(paths), "utf8")));
  } catch {
    return false;
  }
}

function stopFileOf(paths: WorkspacePaths): string {
  return join(paths.state, "stop.json");
}
