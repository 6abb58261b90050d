import type { StateDocument } from "../model/state-document.ts";
import type { WorkspacePaths } from "../model/workspace.ts";
import { readState } from "../state/state-file.ts";
import { reachSupervisor } from "./reach-supervisor.ts";

/** What is known of a workspace, and from whom. */
export type Standing =
  | { readonly from: "supervisor"; readonly document: StateDocument; readonly pid: number }
  /** `writtenAt`: milliseconds since the epoch of the last record; `hangs`: a supervisor is there and does not answer. */
  | { readonly from: "disk"; readonly document: StateDocument; readonly writtenAt: number; readonly hangs: boolean }
  | { readonly from: "nowhere"; readonly damaged: string | null };

/** Asks the live supervisor, else reads state.json. Never launches anything, never waits longer than `patienceMs` for a hello. */
export async function askStatus(
  paths: WorkspacePaths,
  version: string,
  options: { readonly probe: boolean; readonly patienceMs: number },
): Promise<Standing> {
  const reached = await reachSupervisor(paths, version, options.patienceMs);
  try {
    if (reached.kind === "live") {
      const document = await reached.channel.status({ kind: "status", probe: options.probe });
      return { from: "supervisor", document, pid: reached.pid };
    }
  } catch {
    // It ended just now: the disk has its last word.
  } finally {
    // The answer is there: whoever shows it need not wait for the goodbye.
    if ("channel" in reached) void reached.channel.close();
  }
  const reading = readState(paths);
  if (reading.kind !== "found") return { from: "nowhere", damaged: reading.kind === "damaged" ? reading.file : null };
  return { from: "disk", document: reading.document, writtenAt: reading.writtenAt, hangs: reached.kind === "silent" };
}
