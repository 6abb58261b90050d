import type { StateDocument } from "../model/state-document.ts";
import type { WorkspacePaths } from "../model/workspace.ts";
import { readState } from "../state/state-file.ts";
import { reachPatiently } from "./reach-patiently.ts";
import type { Reached } from "./reach-supervisor.ts";

/** What is known of a workspace, and from whom. */
export type Standing =
  | {
      readonly from: "supervisor";
      readonly document: StateDocument;
      readonly pid: number;
      /** true: a start is about to begin anew what has failed, or nobody has looked yet. */
      readonly isPreparing: boolean;
    }
  /**
   * `writtenAt`: milliseconds since the epoch of the last record; `hangs`: a supervisor is there and does not answer;
   * `otherVersion`: one is there that we do not ask.
   */
  | {
      readonly from: "disk";
      readonly document: StateDocument;
      readonly writtenAt: number;
      readonly hangs: boolean;
      readonly otherVersion: string | null;
    }
  | { readonly from: "nowhere"; readonly damaged: string | null };

/** Whether what was told is kept by a supervisor that lives, of our version or another: then nothing need be corrected by what lives. */
export function isKept(standing: Standing): boolean {
  return standing.from === "supervisor" || (standing.from === "disk" && standing.otherVersion !== null);
}

/**
 * Asks the live supervisor, else reads state.json. Never launches anything.
 *
 * @param options.patienceMs How long a supervisor that is stopped is waited for; one that is busy has some seconds.
 */
export async function askStatus(
  paths: WorkspacePaths,
  version: string,
  options: { readonly probe: boolean; readonly patienceMs: number },
): Promise<Standing> {
  const reached = await reachPatiently(paths, version, options.patienceMs);
  try {
    if (reached.kind === "live") {
      const told = await reached.channel.status({ kind: "status", probe: options.probe });
      return { from: "supervisor", ...told, pid: reached.pid };
    }
  } catch {
    // It ended just now: the disk has its last word.
  } finally {
    // The answer is there: whoever shows it need not wait for the goodbye.
    if ("channel" in reached) void reached.channel.close();
  }
  return standingOnDisk(paths, reached);
}

/**
 * What state.json tells, beside a supervisor that tells nothing.
 *
 * @throws {UserError} `STATE_NEWER`.
 */
export function standingOnDisk(paths: WorkspacePaths, reached: Pick<Reached, "kind"> & { version?: string }): Standing {
  const reading = readState(paths);
  if (reading.kind !== "found") return { from: "nowhere", damaged: reading.kind === "damaged" ? reading.file : null };
  const { document, writtenAt } = reading;
  const otherVersion = reached.kind === "other-version" ? (reached.version ?? "") : null;
  return { from: "disk", document, writtenAt, hangs: reached.kind === "silent", otherVersion };
}
