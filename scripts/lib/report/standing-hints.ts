import type { StateDocument } from "../model/state-document.ts";

/** Who told the state of a workspace. */
type Standing =
  | { readonly from: "supervisor"; readonly document: StateDocument }
  | {
      readonly from: "disk";
      readonly document: StateDocument;
      readonly hangs: boolean;
      readonly otherVersion: string | null;
    }
  | { readonly from: "nowhere"; readonly damaged: string | null };

/** What else to know beside the rows of status: complete sentences. */
export function standingHints(standing: Standing, hasFileChanged: boolean): readonly string[] {
  const hints: string[] = [];
  if (standing.from === "nowhere") {
    if (standing.damaged !== null) hints.push(`${standing.damaged} is damaged; this is what the PID files tell.`);
    return hints;
  }
  if (standing.from === "disk" && standing.hangs) {
    hints.push("The supervisor does not answer. start_dev or stop will end it and take over.");
  }
  if (standing.from === "disk" && standing.otherVersion !== null) {
    hints.push(
      `The supervisor is of version ${standing.otherVersion}; this is what it wrote down. start_dev replaces it, services live on.`,
    );
  }
  const { document } = standing;
  if (hasFileChanged && document.desired === "running") {
    hints.push("services.yaml has changed since the start. Run reload to apply it: only what changed restarts.");
  }
  return hints;
}
