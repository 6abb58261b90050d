import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, readdirSync, statSync, symlinkSync, writeFileSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as fc from "fast-check";
import { afterEach, beforeEach, expect, test } from "vitest";
import { currentBootId } from "../../../scripts/lib/process/identity.ts";
import { type PidRecord, readPidFiles, removePidFile, writePidFile } from "../../../scripts/lib/process/pid-file.ts";

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "groundswell-pids-"));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const record: PidRecord = {
  service: "web",
  pid: 4711,
  startTime: "123456",
  bootId: currentBootId(),
  pidNs: "4026531836",
  pgid: 4711,
  runId: "r-1",
  specHash: "0123456789abcdef",
  startedAt: 1_700_000_000_000,
  stopSignal: "SIGTERM",
  graceMs: 10_000,
  ports: [8000, 8001],
  logOffset: 99,
  keepAlive: ["gradle.*daemon", 'a"b\n=c'],
};
const nothing = { records: [], damaged: [], removedStale: [] };

test("the format, to the letter: a shell can use line 1, and the mode keeps others out", () => {
  writePidFile(folder, record);
  const file = join(folder, "web.pid");
  expect(readFileSync(file, "utf8")).toBe(
    [
      "4711",
      "format=1",
      "start_time=123456",
      `boot_id=${currentBootId()}`,
      "pid_ns=4026531836",
      "pgid=4711",
      "run_id=r-1",
      "spec_hash=0123456789abcdef",
      "started_at=1700000000000",
      "stop_signal=SIGTERM",
      "grace_ms=10000",
      "ports=8000,8001",
      "log_offset=99",
      String.raw`keep_alive=["gradle.*daemon","a\"b\n=c"]`,
      "",
    ].join("\n"),
  );
  expect(statSync(file).mode & 0o777).toBe(0o600);
  expect(readdirSync(folder)).toEqual(["web.pid"]);
});

test("what was written is read back", () => {
  const names = fc.stringMatching(/^[A-Za-z0-9][A-Za-z0-9_.-]{0,62}$/);
  const count = fc.nat({ max: 2 ** 48 });
  const arbitrary = fc.record<PidRecord>({
    service: names,
    pid: fc.integer({ min: 2, max: 2 ** 22 }),
    startTime: count.map(String),
    bootId: fc.constant(currentBootId()),
    pidNs: count.map(String),
    pgid: fc.integer({ min: 2, max: 2 ** 22 }),
    runId: fc.stringMatching(/^[\w-]+$/),
    specHash: fc.stringMatching(/^[0-9a-f]{16}$/),
    startedAt: count,
    stopSignal: fc.constantFrom("SIGTERM", "SIGINT", "SIGQUIT", "SIGUSR1"),
    graceMs: count,
    ports: fc.array(fc.integer({ min: 1, max: 65_535 })),
    logOffset: count,
    keepAlive: fc.array(fc.string({ unit: "binary" })),
  });
  fc.assert(
    fc.property(arbitrary, (written) => {
      writePidFile(folder, written);
      expect(readPidFiles(folder)).toEqual({ ...nothing, records: [written] });
      removePidFile(folder, written.service);
    }),
  );
  expect(readPidFiles(folder)).toEqual(nothing);
});

test("a record cut off at any byte is damaged, never misread", () => {
  writePidFile(folder, record);
  const whole = readFileSync(join(folder, "web.pid"));
  for (let length = 0; length < whole.length; length += 1) {
    writeFileSync(join(folder, "web.pid"), whole.subarray(0, length));
    expect(readPidFiles(folder, { readOnly: true }).records).toEqual([]);
  }
});

test("damaged ones are moved aside, each under a name of its own, and told", () => {
  writePidFile(folder, { ...record, service: "api" });
  for (const text of ["", "1234\n", "rubbish"]) {
    writeFileSync(join(folder, "web.pid"), text);
    readPidFiles(folder);
  }
  writeFileSync(join(folder, "web.pid"), "again");
  expect(readPidFiles(folder)).toEqual({
    records: [{ ...record, service: "api" }],
    damaged: [{ file: join(folder, "web.pid"), movedTo: join(folder, "web.pid.damaged-4") }],
    removedStale: [],
  });
  expect(readdirSync(folder).toSorted()).toEqual([
    "api.pid",
    "web.pid.damaged-1",
    "web.pid.damaged-2",
    "web.pid.damaged-3",
    "web.pid.damaged-4",
  ]);
  expect(readFileSync(join(folder, "web.pid.damaged-4"), "utf8")).toBe("again");
  expect(readPidFiles(folder).damaged).toEqual([]);
});

test.each([
  ["pid", "1"],
  ["pid", "0"],
  ["pid", "-5"],
  ["pgid=4711", "pgid=0"],
  ["pgid=4711", "pgid=1"],
  ["pgid=4711", "pgid=-1"],
  ["pgid=4711", "pgid="],
  ["stop_signal=SIGTERM", "stop_signal=SIGNONE"],
  ["stop_signal=SIGTERM", "stop_signal=toString"],
  ["start_time=123456", "start_time=soon"],
  ["ports=8000,8001", "ports=8000,x"],
  ["grace_ms=10000", "grace_ms=1e3"],
])("a record with %s as %s could signal what it must not: damaged", (from, to) => {
  writePidFile(folder, record);
  const file = join(folder, "web.pid");
  const text = readFileSync(file, "utf8");
  writeFileSync(file, from === "pid" ? text.replace(/^4711/, to) : text.replace(from, to));
  expect(readPidFiles(folder).records).toEqual([]);
  expect(readdirSync(folder)).toEqual(["web.pid.damaged-1"]);
});

test("keys of a later version are left alone", () => {
  writePidFile(folder, record);
  const file = join(folder, "web.pid");
  writeFileSync(file, `${readFileSync(file, "utf8")}colour=blue\n`);
  expect(readPidFiles(folder).records).toEqual([record]);
});

test("a FIFO, a folder, a symbolic link by that name: moved aside, not followed, and nothing blocks", () => {
  execFileSync("mkfifo", [join(folder, "a.pid")]);
  mkdirSync(join(folder, "b.pid"));
  symlinkSync("/etc/passwd", join(folder, "c.pid"));
  expect(readPidFiles(folder).damaged.map(({ movedTo }) => movedTo)).toEqual(
    ["a", "b", "c"].map((name) => join(folder, `${name}.pid.damaged-1`)),
  );
});

test("records of an earlier boot are removed quietly", () => {
  writePidFile(folder, { ...record, bootId: "00000000-0000-0000-0000-000000000000" });
  expect(readPidFiles(folder, { readOnly: true })).toEqual(nothing);
  expect(readdirSync(folder)).toEqual(["web.pid"]);
  expect(readPidFiles(folder)).toEqual({ ...nothing, removedStale: ["web"] });
  expect(readdirSync(folder)).toEqual([]);
});

test("read only: nothing is moved", () => {
  writeFileSync(join(folder, "web.pid"), "");
  const file = join(folder, "web.pid");
  expect(readPidFiles(folder, { readOnly: true })).toEqual({ ...nothing, damaged: [{ file, movedTo: file }] });
  expect(existsSync(file)).toBe(true);
});

test("a missing folder is empty; removing what is not there is no error", () => {
  expect(readPidFiles(join(folder, "none"))).toEqual(nothing);
  expect(() => removePidFile(folder, "web")).not.toThrow();
});

test("what cannot be written leaves nothing behind, and the old record as it was", () => {
  expect(() => writePidFile(join(folder, "none"), record)).toThrow(expect.objectContaining({ code: "ENOENT" }));
  mkdirSync(join(folder, "web.pid"));
  expect(() => writePidFile(folder, record)).toThrow(expect.objectContaining({ syscall: "rename" }));
  expect(readdirSync(folder)).toEqual(["web.pid"]);
});

test("a link planted at the temporary name is not written through", () => {
  const victim = join(folder, "victim");
  writeFileSync(victim, "precious");
  symlinkSync(victim, join(folder, ".web.pid.tmp"));
  writePidFile(folder, record);
  expect(readFileSync(victim, "utf8")).toBe("precious");
  expect(readPidFiles(folder).records).toEqual([record]);
});
