import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import type { WorkspacePaths } from "../../../scripts/lib/model/workspace.ts";
import { addToHistory, readHistory } from "../../../scripts/lib/state/history-file.ts";
import { usualStartupMs } from "../../../scripts/lib/state/usual-startup-ms.ts";
import { workspacePaths } from "../../../scripts/lib/state/workspace-paths.ts";

let paths: WorkspacePaths;
let file: string;
beforeEach(() => {
  paths = workspacePaths(mkdtempSync(join(tmpdir(), "history-")));
  mkdirSync(paths.state);
  file = join(paths.state, "history.json");
});
afterEach(() => rmSync(paths.root, { recursive: true }));

const add = (times: Readonly<Record<string, number>>) => addToHistory(paths, new Map(Object.entries(times)));
const kept = () => Object.fromEntries(readHistory(paths));

test("the last ten of each, for its owner only, and no temporary file stays", () => {
  expect(kept()).toEqual({});
  for (let time = 1; time <= 12; time += 1) add({ db: time + 0.4 });
  add({ web: 7, constructor: 3 });
  expect(kept()).toEqual({ db: [3, 4, 5, 6, 7, 8, 9, 10, 11, 12], web: [7], constructor: [3] });
  expect(statSync(file).mode & 0o777).toBe(0o600);
  expect(readdirSync(paths.state)).toEqual(["history.json"]);
});

test("the median, and nothing for what was never started", () => {
  add({ db: 100 });
  add({ db: 900, web: 40 });
  expect(usualStartupMs(paths)).toEqual(
    new Map([
      ["db", 500],
      ["web", 40],
    ]),
  );
  add({ db: 110 });
  expect(usualStartupMs(paths).get("db")).toBe(110);
  add({ db: 120 });
  expect(usualStartupMs(paths).get("db")).toBe(115);
});

test("it does not grow for ever: who was not started for long goes first", () => {
  add({ old: 1 });
  add(Object.fromEntries(Array.from({ length: 999 }, (_, index) => [`s${index}`, 1])));
  expect(readHistory(paths).size).toBe(1_000);
  add({ s0: 2, fresh: 1 });
  expect(readHistory(paths).size).toBe(1_000);
  expect(readHistory(paths).has("old")).toBe(false);
  expect(readHistory(paths).get("s0")).toEqual([1, 2]);
});

test.each([
  ["no JSON", "{"],
  ["empty", ""],
  ["another document", `[1]`],
  ["null", "null"],
  ["no services", `{"format":1,"services":null}`],
  ["an older, unknown format", `{"format":0,"services":{"db":{"startupMs":[1]}}}`],
])("damaged (%s): nothing is known, and the next start begins it anew", (_what, text) => {
  writeFileSync(file, text);
  expect(kept()).toEqual({});
  add({ db: 5 });
  expect(kept()).toEqual({ db: [5] });
});

test("what is damaged in one service costs only that", () => {
  const services = {
    db: { startupMs: [5, "x", null, -1, 6] },
    web: { startupMs: "x" },
    api: null,
    job: 7,
    ok: { startupMs: [1] },
  };
  writeFileSync(file, JSON.stringify({ format: 1, services }));
  expect(kept()).toEqual({ db: [5, 6], ok: [1] });
});

test.each([[`{"format":2,"services":{"db":{"startupMs":[5]}}}`], [`{"format":3,"times":[]}`]])(
  "%s: left alone",
  (text) => {
    writeFileSync(file, text);
    add({ db: 6 });
    expect([kept(), readFileSync(file, "utf8")]).toEqual([{}, text]);
  },
);
