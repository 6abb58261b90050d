import {
  appendFileSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import type { WorkspacePaths } from "../../../scripts/lib/model/workspace.ts";
import { eventLog } from "../../../scripts/lib/state/event-log.ts";
import { workspacePaths } from "../../../scripts/lib/state/workspace-paths.ts";
import { until } from "../../support/until.ts";

let paths: WorkspacePaths;
let file: string;
beforeEach(() => {
  paths = workspacePaths(mkdtempSync(join(tmpdir(), "events-")));
  mkdirSync(paths.logs);
  file = join(paths.logs, "events.ndjson");
});
afterEach(() => rmSync(paths.root, { recursive: true }));

const silent = (message: string): never => {
  throw new Error(message);
};
const linesOf = (path: string): { readonly at: number }[] =>
  readFileSync(path, "utf8")
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line));

test("an event a line, the first with the schema's version, for its owner only", () => {
  const log = eventLog(paths, silent);
  log.flush();
  expect(readdirSync(paths.logs)).toEqual([]);
  log.add({ type: "a", at: 1 });
  log.add({ type: "b", at: 2, text: "zwei\nZeilen" });
  log.flush();
  // Another supervisor's.
  const next = eventLog(paths, silent);
  next.add({ type: "c", at: 3 });
  next.flush();
  expect(linesOf(file)).toEqual([
    { schemaVersion: 1, type: "a", at: 1 },
    { type: "b", at: 2, text: "zwei\nZeilen" },
    { type: "c", at: 3 },
  ]);
  expect(statSync(file).mode & 0o777).toBe(0o600);
});

test("written by itself after a while", async () => {
  eventLog(paths, silent).add({ type: "a", at: 1 });
  await until(() => readdirSync(paths.logs).length === 1, "the event is written");
});

test("it does not grow for ever: two files, each whole and with its version", () => {
  const log = eventLog(paths, silent, 1_000);
  for (let at = 0; at < 200; at += 1) {
    log.add({ type: "x", at, text: "y".repeat(30) });
    if (at % 3 === 0) log.flush();
  }
  log.flush();
  expect(readdirSync(paths.logs).toSorted()).toEqual(["events.ndjson", "events.ndjson.1"]);
  const [older, newer] = [linesOf(`${file}.1`), linesOf(file)];
  for (const lines of [older, newer]) expect(lines[0]).toMatchObject({ schemaVersion: 1 });
  for (const path of [file, `${file}.1`]) expect(statSync(path).size).toBeLessThan(1_100);
  const ats = [...older, ...newer].map(({ at }) => at);
  expect(ats).toEqual(Array.from({ length: ats.length }, (_, index) => 200 - ats.length + index));
});

test("after half a line, as a kill may leave it, a new one begins", () => {
  const log = eventLog(paths, silent);
  log.add({ type: "a", at: 1 });
  log.flush();
  appendFileSync(file, `{"type":"b`);
  log.add({ type: "c", at: 3 });
  log.flush();
  expect(readFileSync(file, "utf8").split("\n").slice(1)).toEqual([`{"type":"b`, `{"type":"c","at":3}`, ""]);
});

test("what cannot be written is said once; what comes when it can be written again is", () => {
  const said: string[] = [];
  const log = eventLog(paths, (message) => said.push(message));
  const lose = () => {
    log.add({ type: "lost", at: 1 });
    log.flush();
  };
  // A file that not even root may write.
  symlinkSync("/proc/version", file);
  lose();
  lose();
  expect(said).toHaveLength(1);
  expect(said[0]).toContain(file);
  rmSync(file);
  log.add({ type: "a", at: 2 });
  log.flush();
  expect(linesOf(file)).toEqual([{ schemaVersion: 1, type: "a", at: 2 }]);
  rmSync(paths.logs, { recursive: true });
  lose();
  expect(said).toHaveLength(1);
});
