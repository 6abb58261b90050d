import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import type { WorkspacePaths } from "../../../scripts/lib/model/workspace.ts";
import { workspacePaths } from "../../../scripts/lib/state/workspace-paths.ts";
import { keepLastRun, readLastRun } from "../../../scripts/lib/workspace/last-run.ts";
import { requires } from "../../support/requires.ts";
import { everyResult, sampleOutcome } from "../../support/sample-run.ts";
import { smallDisk } from "../../support/small-disk.ts";

let paths: WorkspacePaths;
beforeEach(() => {
  paths = workspacePaths(mkdtempSync(join(tmpdir(), "last-run-")));
});
afterEach(() => rmSync(paths.root, { recursive: true }));

const request = { name: null, args: ["git", "log", "--format=\u001B x"] };
const file = () => join(paths.state, "runs", "last.json");
const failed = sampleOutcome("a b", { kind: "exited", exitCode: 1 });

test("what was not ok comes back, skipped ones too, with the command; for its owner only, and no temporary file stays", () => {
  const outcomes = everyResult.map((result, at) => sampleOutcome(`r${at}`, result));
  expect(keepLastRun(paths, { request, isShell: true, outcomes })).toBeNull();
  const notOk = outcomes.slice(1).map(({ repository }) => repository.path);
  expect(readLastRun(paths, false)).toMatchObject({ request, isShell: true, notOk });
  expect(statSync(file()).mode & 0o777).toBe(0o600);
  expect(readdirSync(join(paths.state, "runs"))).toEqual(["last.json"]);
  // Else git would show it where the root is a repository.
  expect(readFileSync(join(paths.state, ".gitignore"), "utf8")).toBe("*\n");
});

test("of what commands were given, only what was typed is kept", () => {
  const repository = { ...failed.repository, environment: { TOKEN: "hush" } };
  keepLastRun(paths, { request, isShell: false, outcomes: [{ ...failed, repository }] });
  expect(readFileSync(file(), "utf8")).not.toMatch(/hush|TOKEN/);
});

test("nothing was run, or all was ok: there is nothing to retry", () => {
  const usage = (message: RegExp) => expect.objectContaining({ exitCode: 64, message: expect.stringMatching(message) });
  expect(() => readLastRun(paths, false)).toThrow(usage(/No run in .* is remembered: there is nothing to retry/));
  keepLastRun(paths, { request, isShell: false, outcomes: [sampleOutcome("a")] });
  expect(() => readLastRun(paths, false)).toThrow(usage(/ok in every repository: there is nothing to retry/));
  expect(readLastRun(paths, true)).toMatchObject({ request, notOk: [] });
});

test.each([
  "",
  "{",
  "null",
  "7",
  "[]",
  '{"version":2,"request":{},"notOk":["/w/a"]}',
  '{"version":1}',
  '{"version":1,"notOk":[7]}',
])("%j was not written by us: nothing is remembered", (text) => {
  mkdirSync(join(paths.state, "runs"), { recursive: true });
  writeFileSync(file(), text);
  expect(() => readLastRun(paths, false)).toThrow(/No run in .* is remembered/);
});

requires("tmpfs")("on a full disk", () => {
  test("what cannot be kept is told, and what was kept stays", () => {
    using disk = smallDisk(paths.root);
    keepLastRun(paths, { request, isShell: false, outcomes: [failed] });
    const before = readFileSync(file(), "utf8");
    disk.fill();
    expect(keepLastRun(paths, { request, isShell: false, outcomes: [] })).toBe("ENOSPC");
    expect(readFileSync(file(), "utf8")).toBe(before);
    expect(readdirSync(join(paths.state, "runs"))).toEqual(["last.json"]);
  });
});
