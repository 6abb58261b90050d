import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import {
  appendFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { tmpdir } from "node:os";
import { describe, expect, onTestFinished, test } from "vitest";
import { type LogPlace, readLogPlace, writeLogPlace } from "../../../scripts/lib/logs/log-place.ts";
import { finishCut, rotateLog, type RotationPoint } from "../../../scripts/lib/logs/rotate-log.ts";
import { requires } from "../../support/requires.ts";

const uncut: LogPlace = { base: 0, cut: null };

/** A log in a folder of its own. */
function newRotation(keep = 3, folder = mkdtempSync(join(tmpdir(), "rotate-"))) {
  mkdirSync(folder, { recursive: true });
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const log = join(folder, "web.log");
  const placeFile = join(folder, "web.place");
  const rotate = (place: LogPlace, at?: (point: RotationPoint) => void, mayCut = () => true): Promise<LogPlace> =>
    rotateLog({ log, placeFile, place, keep, mayCut, pauseAt: (point) => at?.(point) });
  const finish = (): LogPlace => finishCut({ log, placeFile, place: readLogPlace(placeFile), keep });
  /** All that is there, the oldest first. */
  const everything = (): string =>
    [`${log}.4`, `${log}.3`, `${log}.2`, `${log}.1`, log]
      .filter((file) => existsSync(file))
      .map((file) => readFileSync(file, "latin1"))
      .join("");
  return { folder, log, placeFile, rotate, finish, everything, has: (end: string) => existsSync(`${log}${end}`) };
}

const numbered = (from: number, count: number): string =>
  Array.from({ length: count }, (_, index) => `${String(from + index).padStart(9, "0")} ${"x".repeat(89)}\n`).join("");

test("whole blocks go into the rotated file; the rest stays, and the place tells how much went", async () => {
  const { log, placeFile, rotate, everything } = newRotation();
  writeFileSync(log, numbered(0, 1_000));
  const place = await rotate(uncut);
  expect(place).toEqual({ base: statSync(`${log}.1`).size, cut: null });
  expect(place.base).toBeGreaterThan(90_000);
  expect(readLogPlace(placeFile)).toEqual(place);
  expect(everything()).toBe(numbered(0, 1_000));
  appendFileSync(log, numbered(1_000, 1_000));
  const next = await rotate(place);
  expect(next.base - place.base).toBe(statSync(`${log}.1`).size);
  expect(everything()).toBe(numbered(0, 2_000));
});

test("so many rotated files stay, and no more", async () => {
  const { log, rotate, everything, has } = newRotation(2);
  let place = uncut;
  for (let turn = 0; turn < 4; turn += 1) {
    appendFileSync(log, numbered(turn * 100, 100));
    place = await rotate(place);
  }
  expect([has(".1"), has(".2"), has(".3"), has(".1.tmp")]).toEqual([true, true, false, false]);
  expect(numbered(0, 400).endsWith(everything())).toBe(true);
});

test("what is shorter than a block stays as it is, and so does what must not be cut now", async () => {
  const { log, rotate, everything, has } = newRotation();
  writeFileSync(log, "short\n");
  expect(await rotate(uncut)).toEqual(uncut);
  appendFileSync(log, numbered(0, 100));
  expect(await rotate(uncut, undefined, () => false)).toEqual(uncut);
  expect([has(".1"), has(".1.tmp")]).toEqual([false, false]);
  expect(everything()).toBe(`short\n${numbered(0, 100)}`);
});

describe("killed at", () => {
  class Killed extends Error {}
  const killAt = (wanted: RotationPoint) => (point: RotationPoint) => {
    if (point === wanted) throw new Killed();
  };

  test.each(["log-copied", "log-cut", "log-renamed"] as const)(
    "%s: whoever comes next loses nothing",
    async (point) => {
      const { log, rotate, finish, everything, has } = newRotation();
      writeFileSync(log, numbered(0, 1_000));
      const first = await rotate(uncut);
      appendFileSync(log, numbered(1_000, 1_000));
      await expect(rotate(first, killAt(point))).rejects.toThrow(Killed);
      // Its service goes on meanwhile.
      appendFileSync(log, numbered(2_000, 10_000));
      const place = finish();
      expect(place.cut).toBeNull();
      expect(has(".1.tmp")).toBe(false);
      expect(everything()).toBe(numbered(0, 12_000));
      expect(place.base + statSync(log).size).toBe(12_000 * 100);
      expect((await rotate(place)).base).toBeGreaterThan(place.base);
      expect(everything()).toBe(numbered(0, 12_000));
    },
  );

  test("the moment between the note and the cut", async () => {
    const { log, placeFile, finish, everything, has } = newRotation();
    writeFileSync(log, numbered(0, 1_000));
    writeFileSync(`${log}.1.tmp`, numbered(0, 1_000).slice(0, 40_960));
    writeLogPlace(placeFile, { base: 7, cut: { sizeBefore: 100_000 } });
    appendFileSync(log, numbered(1_000, 1_000));
    expect(finish()).toEqual({ base: 7, cut: null });
    expect([has(".1"), has(".1.tmp")]).toEqual([false, false]);
    expect(everything()).toBe(numbered(0, 2_000));
  });

  test("the middle of moving the files up: what has moved does not move again", () => {
    const { log, placeFile, finish, everything } = newRotation();
    const text = numbered(0, 400);
    // .1 and .2 have moved up, the copy has not: there is a gap at .1.
    writeFileSync(`${log}.3`, text.slice(0, 10_000));
    writeFileSync(`${log}.2`, text.slice(10_000, 20_000));
    writeFileSync(`${log}.1.tmp`, text.slice(20_000, 30_000));
    writeFileSync(log, text.slice(30_000));
    writeLogPlace(placeFile, { base: 20_000, cut: { sizeBefore: 20_000 } });
    expect(finish()).toEqual({ base: 30_000, cut: null });
    expect(everything()).toBe(text);
  });
});

/** Writes numbered lines into a log as fast as it can, one write(2) for each, until it is told to stop. */
const writer = `
  my ($file) = @ARGV;
  open(my $log, ">>", $file) or die;
  my $going = 1;
  $SIG{TERM} = sub { $going = 0 };
  my $line = 0;
  while ($going) { syswrite($log, sprintf("%09d %s\\n", $line++, "x" x 89)) == 100 or die }
  print $line;
`;

/** Rotates under the writer's hands, so often. */
async function rotateUnderFire(times: number) {
  const { log, rotate } = newRotation(1_000);
  writeFileSync(log, "");
  const child = spawn("perl", ["-e", writer, log], { stdio: ["ignore", "pipe", "inherit"] });
  const closed = once(child, "close");
  let said = "";
  child.stdout.setEncoding("utf8").on("data", (text: string) => (said += text));
  let place = uncut;
  let rotations = 0;
  while (rotations < times) {
    const before = place;
    if (statSync(log).size > 256 * 1024) place = await rotate(place);
    else await new Promise((resolve) => setImmediate(resolve));
    if (place !== before) rotations += 1;
  }
  child.kill("SIGTERM");
  await closed;
  const files = Array.from({ length: rotations }, (_, index) => `${log}.${rotations - index}`);
  const bytes = Buffer.concat([...files, log].map((file) => readFileSync(file)));
  return { lines: Number(said), bytes, base: place.base, rest: statSync(log).size };
}

requires("perl", "fallocate --collapse-range")("a service that never pauses", () => {
  test("over many rotations every line is there once, in order, byte for byte", async () => {
    const { lines, bytes, base, rest } = await rotateUnderFire(40);
    expect(lines).toBeGreaterThan(40 * 2_000);
    expect(base + rest).toBe(lines * 100);
    expect(bytes.equals(Buffer.from(numbered(0, lines)))).toBe(true);
  });
});

// The second way to cut, where the file system has no better one.
requires("tmpfs")("on a file system that cannot take blocks out", () => {
  test("a service that pauses now and then loses nothing", async () => {
    const folder = mkdtempSync(join(tmpdir(), "rotate-"));
    execFileSync("mount", ["-t", "tmpfs", "-o", "size=64m", "tmpfs", folder]);
    onTestFinished(() => {
      execFileSync("umount", ["--lazy", folder]);
      rmSync(folder, { recursive: true });
    });
    const { log, rotate, everything } = newRotation(3, join(folder, "logs"));
    let place = uncut;
    for (let turn = 0; turn < 3; turn += 1) {
      appendFileSync(log, numbered(turn * 1_000, 900));
      // Written while the copy is made.
      place = await rotate(place, (point) => {
        if (point === "log-copied") appendFileSync(log, numbered(turn * 1_000 + 900, 100));
      });
      expect(statSync(log).size).toBe(0);
    }
    expect(place.base).toBe(300_000);
    expect(everything()).toBe(numbered(0, 3_000));
  });
});
