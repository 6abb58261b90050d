import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { UserError } from "../../../scripts/lib/diagnostic/user-error.ts";
import { findServicesFile, findWorkspaceRoot } from "../../../scripts/lib/state/find-root.ts";
import { workspacePaths } from "../../../scripts/lib/state/workspace-paths.ts";

let root = "";
beforeEach(() => {
  root = realpathSync(mkdtempSync(join(tmpdir(), "root-")));
  mkdirSync(join(root, "a", "b"), { recursive: true });
});
afterEach(() => rmSync(root, { recursive: true }));

test("the nearest services.yaml above counts", () => {
  writeFileSync(join(root, "services.yaml"), "");
  writeFileSync(join(root, "a", "services.yml"), "");
  expect(findWorkspaceRoot(join(root, "a", "b"), null)).toEqual({
    root: join(root, "a"),
    file: join(root, "a", "services.yml"),
  });
});

test("--file names a file or a folder", () => {
  writeFileSync(join(root, "a", "services.yaml"), "");
  writeFileSync(join(root, "a", "other.yaml"), "");
  expect(findWorkspaceRoot(root, "a").file).toBe(join(root, "a", "services.yaml"));
  expect(findWorkspaceRoot(root, "a/other.yaml").file).toBe(join(root, "a", "other.yaml"));
});

test("a command that can do without a services file: the one above, the one that was named, or none", () => {
  expect(findServicesFile(join(root, "a", "b"), null)).toBe(null);
  writeFileSync(join(root, "a", "services.yml"), "");
  expect(findServicesFile(join(root, "a", "b"), null)).toBe(join(root, "a", "services.yml"));
  expect(findServicesFile(root, "a")).toBe(join(root, "a", "services.yml"));
  expect(() => findServicesFile(root, "none")).toThrow(UserError);
});

test("one folder reached by two paths is one workspace", () => {
  writeFileSync(join(root, "a", "services.yaml"), "");
  symlinkSync(join(root, "a"), join(root, "link"));
  const [straight, byLink] = [findWorkspaceRoot(root, "a"), findWorkspaceRoot(root, "link")];
  expect(byLink).toEqual(straight);
  expect(workspacePaths(straight.root).id).toMatch(/^[0-9a-f]{12}$/);
  expect(workspacePaths(straight.root).id).not.toBe(workspacePaths(root).id);
});

test.each([null, "nowhere.yaml"])("nothing found (--file %s): CONFIG_NOT_FOUND", (explicit) => {
  expect(() => findWorkspaceRoot(join(root, "a", "b"), explicit)).toThrow(UserError);
  expect(() => findWorkspaceRoot(join(root, "a", "b"), explicit)).toThrow(/CONFIG_NOT_FOUND/);
});
