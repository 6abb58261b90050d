import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { openReports } from "../../../scripts/lib/workspace/run-reports.ts";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "reports-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

const path = (name: string) => join(folder, name);
const read = (name: string) => readFileSync(path(name), "utf8");
const open = (reports: readonly string[], joblog: string | null = null) =>
  openReports({ reports, joblog: joblog === null ? null : { path: joblog, header: "header\n" } }, folder);
const usage = (message: RegExp) => expect.objectContaining({ exitCode: 64, message: expect.stringMatching(message) });

test("each kind, more than once, beside a joblog; nothing else stays", () => {
  writeFileSync(path("b.json"), "old");
  const reports = open(["json:a:1.json", "junit:x.xml", "json:b.json"], "log");
  reports.log("1\n");
  reports.log("2\n");
  // Whoever reads it sees the old one to the end.
  expect(read("b.json")).toBe("old");
  expect(reports.write((kind) => `a ${kind}`)).toEqual([]);
  expect(readdirSync(folder).toSorted()).toEqual(["a:1.json", "b.json", "log", "x.xml"]);
  expect(["a:1.json", "b.json", "x.xml"].map(read)).toEqual(["a json", "a json", "a junit"]);
  expect(read("log")).toBe("header\n1\n2\n");
  expect(statSync(path("b.json")).mode & 0o777).toBe(0o644);
});

test("a link is followed, and stays; what comes to nothing leaves what was there", () => {
  writeFileSync(path("real"), "old");
  symlinkSync("real", path("link"));
  open(["json:link"]).discard();
  expect(read("real")).toBe("old");
  expect(open(["json:link"]).write(() => "new")).toEqual([]);
  expect([read("real"), readlinkSync(path("link"))]).toEqual(["new", "real"]);
  expect(readdirSync(folder).toSorted()).toEqual(["link", "real"]);
});

test.each([
  [["json:a", "junit:./a"], null],
  [["json:a"], "a"],
  [["json:link"], "a"],
])("two that would write over each other (%j, joblog %s) are refused, and nothing is touched", (reports, joblog) => {
  writeFileSync(path("a"), "old");
  symlinkSync("a", path("link"));
  expect(() => open(reports, joblog)).toThrow(usage(/name .*\/a more than once; nothing was run/));
  expect(read("a")).toBe("old");
  expect(readdirSync(folder).toSorted()).toEqual(["a", "link"]);
});

test("a device stays one", () => {
  const reports = open(["json:/dev/null", "junit:/dev/null"], "/dev/null");
  reports.log("1\n");
  expect(reports.write(() => "x")).toEqual([]);
  expect(statSync("/dev/null").isCharacterDevice()).toBe(true);
});

test.each([
  ["json", /--report must be json:FILE or junit:FILE, but is "json"/],
  ["json:", /--report must be/],
  ["xml:f", /--report must be/],
  [":f", /--report must be/],
  ["", /--report must be/],
  ["json:none/f", /--report: .*none\/f cannot be written \(ENOENT\); nothing was run/],
  ["json:folder", /--report: .*folder cannot be written \(EISDIR\)/],
  ["json:loop", /--report: .*loop cannot be written \(ELOOP\)/],
  ["json:file/f", /--report: .*file\/f cannot be written \(ENOTDIR\)/],
])("--report %j is refused, and no other is begun", (asked, message) => {
  mkdirSync(path("folder"));
  writeFileSync(path("file"), "");
  symlinkSync("loop", path("loop"));
  expect(() => open(["json:first", asked])).toThrow(usage(message));
  expect(readdirSync(folder).toSorted()).toEqual(["file", "folder", "loop"]);
});

test.each([
  ["/dev/full", /--joblog: \/dev\/full cannot be written \(ENOSPC\); nothing was run/],
  ["folder", /--joblog: .*folder cannot be written \(EISDIR\)/],
  ["none/f", /--joblog: .*none\/f cannot be written \(ENOENT\)/],
])("--joblog %s is refused", (joblog, message) => {
  mkdirSync(path("folder"));
  expect(() => open(["json:first"], joblog)).toThrow(usage(message));
  expect(readdirSync(folder)).toEqual(["folder"]);
});

test("what cannot be written in the end is told", () => {
  const reports = open(["json:/dev/full", "json:fine"]);
  expect(reports.write(() => "x")).toEqual([{ option: "--report", path: "/dev/full", errno: "ENOSPC" }]);
  expect(read("fine")).toBe("x");
});
