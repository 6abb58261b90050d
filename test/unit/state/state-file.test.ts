import { chmodSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { UserError } from "../../../scripts/lib/diagnostic/user-error.ts";
import type { StateDocument } from "../../../scripts/lib/model/state-document.ts";
import type { WorkspacePaths } from "../../../scripts/lib/model/workspace.ts";
import { prepareWorkspace } from "../../../scripts/lib/state/prepare-workspace.ts";
import { readState, stateFileOf, writeState } from "../../../scripts/lib/state/state-file.ts";
import { workspacePaths } from "../../../scripts/lib/state/workspace-paths.ts";

let paths: WorkspacePaths;
beforeEach(() => (paths = workspacePaths(mkdtempSync(join(tmpdir(), "state-")))));
afterEach(() => rmSync(paths.root, { recursive: true }));

const document: StateDocument = {
  format: 1,
  workspace: "demo",
  file: "/somewhere/services.yaml",
  fileHash: "0123456789abcdef",
  fileStamp: "",
  profiles: [],
  supervisor: null,
  desired: "running",
  services: [],
};

function codeOf(work: () => unknown): string {
  try {
    work();
  } catch (error) {
    if (error instanceof UserError) return error.problems[0].code;
    throw error;
  }
  return "nothing thrown";
}

test("what was written is read again, by nobody else, and no temporary file stays", () => {
  prepareWorkspace(paths);
  expect(readState(paths)).toEqual({ kind: "missing" });
  writeState(paths, document);
  const reading = readState(paths);
  expect(reading.kind === "found" && reading.document).toEqual(document);
  expect(statSync(stateFileOf(paths)).mode & 0o777).toBe(0o600);
  expect(readdirSync(paths.state).toSorted()).toEqual([".gitignore", "state.json"]);
});

test.each(["", "{", "null", "[]", '{"format":1}', '{"format":1,"services":[{"name":3}]}', '"text"'])(
  "%j is damaged, not a crash",
  (text) => {
    prepareWorkspace(paths);
    writeFileSync(stateFileOf(paths), text);
    expect(readState(paths)).toEqual({ kind: "damaged", file: stateFileOf(paths) });
  },
);

test("a newer format is refused", () => {
  prepareWorkspace(paths);
  writeFileSync(stateFileOf(paths), JSON.stringify({ ...document, format: 2 }));
  expect(codeOf(() => readState(paths))).toBe("STATE_NEWER");
});

test("the workspace is made once, keeps itself out of git and from others", () => {
  prepareWorkspace(paths);
  prepareWorkspace(paths);
  expect(statSync(paths.state).mode & 0o777).toBe(0o700);
  expect(readFileSync(join(paths.state, ".gitignore"), "utf8")).toBe("*\n");
  expect(readdirSync(paths.pids)).toEqual([]);
});

test.each(["pids", "logs", "state"] as const)("%s cannot be made or written: said by name", (key) => {
  // A file in the folder's place stops root too, whom modes do not.
  writeFileSync(paths[key], "in the way");
  chmodSync(paths[key], 0o600);
  expect(codeOf(() => prepareWorkspace(paths))).toBe("WORKSPACE_UNWRITABLE");
});
