import { readFileSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { errnoOf } from "../diagnostic/errno-of.ts";
import { userError } from "../diagnostic/user-error.ts";
import type { StateDocument } from "../model/state-document.ts";
import type { WorkspacePaths } from "../model/workspace.ts";

/** What state.json said. `damaged`: it is there and says nothing that can be used; pid files are still the truth. */
export type StateReading =
  | { readonly kind: "found"; readonly document: StateDocument; readonly writtenAt: number }
  | { readonly kind: "missing" }
  | { readonly kind: "damaged"; readonly file: string };

export function stateFileOf(paths: WorkspacePaths): string {
  return join(paths.state, "state.json");
}

/**
 * Reads `.groundswell/state.json`.
 *
 * @throws {UserError} `STATE_NEWER` when a later version of Groundswell wrote it in a format we do not know.
 */
export function readState(paths: WorkspacePaths): StateReading {
  const file = stateFileOf(paths);
  let text: string;
  let writtenAt: number;
  try {
    text = readFileSync(file, "utf8");
    writtenAt = statSync(file).mtimeMs;
  } catch (error) {
    if (errnoOf(error) === "ENOENT") return { kind: "missing" };
    return { kind: "damaged", file };
  }
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return { kind: "damaged", file };
  }
  const format = typeof value === "object" && value !== null && "format" in value ? value.format : undefined;
  if (typeof format === "number" && format > 1) {
    throw userError("STATE_NEWER", `${file} was written by a newer version of Groundswell (format ${format})`, {
      hint: "Update Groundswell, or stop the services with the version that started them.",
    });
  }
  if (!isStateDocument(value)) return { kind: "damaged", file };
  return { kind: "found", document: value, writtenAt };
}

/** What is damaged seldom looks right: the fields that everything hangs on are checked, not every leaf. */
function isStateDocument(value: unknown): value is StateDocument {
  if (typeof value !== "object" || value === null) return false;
  if (!("format" in value && value.format === 1 && "services" in value && Array.isArray(value.services))) return false;
  return value.services.every(
    (service: unknown) =>
      typeof service === "object" &&
      service !== null &&
      "name" in service &&
      typeof service.name === "string" &&
      "healthCheck" in service &&
      "ports" in service &&
      Array.isArray(service.ports) &&
      "state" in service &&
      typeof service.state === "object" &&
      service.state !== null &&
      "phase" in service.state,
  );
}

/** Writes state.json at once and whole (temporary file, rename), mode 0600. */
export function writeState(paths: WorkspacePaths, document: StateDocument): void {
  const file = stateFileOf(paths);
  const temporary = `${file}.${process.pid}.tmp`;
  try {
    writeFileSync(temporary, JSON.stringify(document), { mode: 0o600 });
    renameSync(temporary, file);
  } catch (error) {
    // Half of it would only take what little space there is.
    rmSync(temporary, { force: true });
    throw error;
  }
}
