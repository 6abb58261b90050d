import {
  appendFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  utimesSync,
  watch,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, onTestFinished, test } from "vitest";
import { type KeptLog, LogKeeper } from "../../../scripts/lib/logs/keep-logs.ts";
import { notesOf, writeLogPlace } from "../../../scripts/lib/logs/log-place.ts";
import { readLogTimes } from "../../../scripts/lib/logs/log-times.ts";
import { requires } from "../../support/requires.ts";
import { smallDisk } from "../../support/small-disk.ts";
import { until } from "../../support/until.ts";

/** A keeper of one log, that looks when the test says so (and once a second). */
function newKeeper(limits: { maxBytes: number | null; keep?: number }, folder = mkdtempSync(join(tmpdir(), "keep-"))) {
  const file = join(folder, "web.log");
  const log = { name: "web", file, isStarting: false };
  const problems: string[] = [];
  const open = (): LogKeeper =>
    new LogKeeper({
      stateFolder: join(folder, ".groundswell"),
      logsFolder: folder,
      logs: (): readonly KeptLog[] => [log],
      limits: () => ({ keep: 3, ...limits }),
      pauseAt: () => {},
      onProblem: (text) => problems.push(text),
    });
  const keeper = open();
  onTestFinished(async () => {
    await keeper.close();
    rmSync(folder, { recursive: true, force: true });
  });
  const times = () => readLogTimes(notesOf(join(folder, ".groundswell"), "web").times);
  return { file, log, keeper, open, problems, times };
}

test("when a log has grown is noted, by the time of its last write", () => {
  const { file, keeper, times, problems } = newKeeper({ maxBytes: null });
  keeper.look();
  expect(times()).toEqual([]);
  writeFileSync(file, "12345");
  utimesSync(file, 1_000, 1_000);
  keeper.look();
  keeper.look();
  expect(times()).toEqual([{ at: 1_000_000, offset: 5 }]);
  expect(problems).toEqual([]);
});

test("growing again after a pause, it is noted until when it had not", () => {
  const { file, keeper, times } = newKeeper({ maxBytes: null });
  writeFileSync(file, "12345");
  utimesSync(file, 1_000, 1_000);
  const before = Date.now();
  keeper.look();
  appendFileSync(file, "678");
  keeper.look();
  expect(times().map(({ offset }) => offset)).toEqual([5, 5, 8]);
  expect(times()[1]?.at).toBeGreaterThanOrEqual(before);
});

test("a log that somebody cut off is noted from its beginning", () => {
  const { file, keeper, times } = newKeeper({ maxBytes: null });
  writeFileSync(file, "1234567890");
  keeper.look();
  truncateSync(file);
  appendFileSync(file, "abc");
  keeper.look();
  expect(times().map(({ offset }) => offset)).toEqual([0, 3]);
});

test("beyond its limit it is rotated; offsets go on, for the next supervisor too", async () => {
  const { file, keeper, open, times, problems } = newKeeper({ maxBytes: 100_000 });
  const text = "0123456789".repeat(15_000);
  writeFileSync(file, text);
  keeper.look();
  await until(() => existsSync(`${file}.1`) && keeper.settled("web") === null, "it is rotated");
  const base = statSync(`${file}.1`).size;
  expect(keeper.baseOf("web")).toBe(base);
  expect(readFileSync(`${file}.1`, "utf8") + readFileSync(file, "utf8")).toBe(text);
  appendFileSync(file, "abc");
  const next = open();
  expect(next.baseOf("web")).toBe(base);
  await next.close();
  expect(times().at(-1)?.offset).toBe(text.length + 3);
  expect(times().every(({ offset }) => offset > 0)).toBe(true);
  expect(problems).toEqual([]);
});

test("not while its service is starting, and not without a limit", async () => {
  const limits: { maxBytes: number | null } = { maxBytes: 1_000 };
  const { file, log, keeper } = newKeeper(limits);
  writeFileSync(file, "x".repeat(20_000));
  log.isStarting = true;
  keeper.look();
  expect(keeper.settled("web")).toBeNull();
  log.isStarting = false;
  limits.maxBytes = null;
  keeper.look();
  expect(keeper.settled("web")).toBeNull();
  limits.maxBytes = 1_000;
  keeper.look();
  // Begun, and seen in time: its service is started again just now.
  log.isStarting = true;
  await keeper.settled("web");
  expect([existsSync(`${file}.1`), existsSync(`${file}.1.tmp`)]).toEqual([false, false]);
  expect(statSync(file).size).toBe(20_000);
  log.isStarting = false;
});

test("a log that cannot be rotated is told of, and goes on", async () => {
  const { file, keeper, problems } = newKeeper({ maxBytes: 1_000 });
  const text = "x".repeat(20_000);
  writeFileSync(file, text);
  // In the way of the copy.
  mkdirSync(`${file}.1.tmp`);
  keeper.look();
  await keeper.settled("web");
  expect(problems).toHaveLength(1);
  expect(problems[0]).toContain(`${file} could not be rotated`);
  expect(readFileSync(file, "utf8")).toBe(text);
});

describe("a cut was begun, and its end cannot be noted:", () => {
  /** As after a kill in the middle of a rotation, with something in the way of every further note. */
  function newBegun() {
    const kept = newKeeper({ maxBytes: 1_000 });
    const placeFile = notesOf(join(kept.file, "..", ".groundswell"), "web").place;
    mkdirSync(join(placeFile, ".."), { recursive: true });
    writeLogPlace(placeFile, { base: 100, cut: { sizeBefore: 20_000 } });
    mkdirSync(`${placeFile}.tmp`);
    return { ...kept, clear: () => rmSync(`${placeFile}.tmp`, { recursive: true }) };
  }

  test("the log was cut: what there is tells how much, told once, and it is ended when it can be", async () => {
    const { file, keeper, open, problems, clear } = newBegun();
    writeFileSync(`${file}.1.tmp`, "x".repeat(8_192));
    writeFileSync(file, "rest");
    expect([keeper.baseOf("web"), keeper.baseOf("web")]).toEqual([8_292, 8_292]);
    expect(problems).toHaveLength(1);
    expect(problems[0]).toContain(file);
    clear();
    const next = open();
    expect(next.baseOf("web")).toBe(8_292);
    await next.close();
    expect(statSync(`${file}.1`).size).toBe(8_192);
  });

  test("the log was not cut: what was rotated out of it before is not counted again", async () => {
    const { file, keeper, open, clear } = newBegun();
    writeFileSync(`${file}.1`, "y".repeat(100));
    writeFileSync(`${file}.1.tmp`, "x".repeat(8_192));
    writeFileSync(file, "x".repeat(20_000));
    expect([keeper.baseOf("web"), keeper.baseOf("web")]).toEqual([100, 100]);
    // Begun once more, the copy would be lost with what it may hold.
    keeper.look();
    await keeper.settled("web");
    expect(existsSync(`${file}.1.tmp`)).toBe(true);
    clear();
    const next = open();
    expect(next.baseOf("web")).toBe(100);
    await next.close();
  });
});

test("a log whose growth cannot be noted is told of once, until it can be", () => {
  const { file, keeper, problems, times } = newKeeper({ maxBytes: null });
  const timesFile = notesOf(join(file, "..", ".groundswell"), "web").times;
  mkdirSync(timesFile, { recursive: true });
  for (const text of ["one", "two", "three"]) {
    appendFileSync(file, text);
    keeper.look();
  }
  expect(problems).toHaveLength(1);
  rmSync(timesFile, { recursive: true });
  keeper.look();
  expect(times().at(-1)?.offset).toBe("onetwothree".length);
  rmSync(timesFile);
  mkdirSync(timesFile);
  appendFileSync(file, "four");
  keeper.look();
  expect(problems).toHaveLength(2);
});

requires("tmpfs")("on a disk without room for a copy", () => {
  test("a log that has grown too long is told of once, and not one byte of the room that is left is taken", async () => {
    const mountPoint = mkdtempSync(join(tmpdir(), "keep-"));
    // Undone in the other order: unmounted first.
    onTestFinished(() => rmSync(mountPoint, { recursive: true }));
    smallDisk(mountPoint);
    const folder = join(mountPoint, "logs");
    mkdirSync(folder);
    const { file, keeper, problems } = newKeeper({ maxBytes: 1_000 }, folder);
    writeFileSync(file, "x".repeat(160 * 1024));
    const touched: (string | null)[] = [];
    const watcher = watch(folder, (_, name) => touched.push(name));
    onTestFinished(() => watcher.close());
    for (let turn = 0; turn < 3; turn += 1) {
      keeper.look();
      await keeper.settled("web");
    }
    // What came before it has been told by now.
    writeFileSync(join(folder, "last"), "");
    await until(() => touched.includes("last"), "the watcher has told everything");
    expect(touched).not.toContain("web.log.1.tmp");
    expect(problems).toHaveLength(1);
    expect(problems[0]).toContain("could not be rotated");
    expect(statSync(file).size).toBe(160 * 1024);
  });
});
