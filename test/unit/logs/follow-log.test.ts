import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { appendFileSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { appendFile, mkdir, rm, truncate, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { type LogFollow, followLog } from "../../../scripts/lib/logs/follow-log.ts";
import { type LogPlace, writeLogPlace } from "../../../scripts/lib/logs/log-place.ts";
import { LogReader } from "../../../scripts/lib/logs/log-reader.ts";
import { rotateLog } from "../../../scripts/lib/logs/rotate-log.ts";
import { requires } from "../../support/requires.ts";
import { until } from "../../support/until.ts";
import { newLog, numberedLines } from "./log-folder.ts";

interface Details extends Partial<LogFollow> {
  readonly placeFile?: string;
}

/** Follows until the test is over or `end` is called. */
function follow(file: string, { placeFile, ...details }: Details = {}) {
  const parts: Buffer[] = [];
  const controller = new AbortController();
  const ended = followLog({
    reader: new LogReader(file, placeFile ?? null),
    fromOffset: 0,
    signal: controller.signal,
    onBytes: (bytes) => void parts.push(Buffer.from(bytes)),
    onOtherFile: () => void parts.push(Buffer.from("<other>")),
    onGap: (bytes) => void parts.push(Buffer.from(`<gap of ${bytes}>`)),
    ...details,
  });
  const end = (): Promise<void> => {
    controller.abort();
    return ended;
  };
  onTestFinished(() => end().catch(() => undefined));
  return { ended, end, seen: () => Buffer.concat(parts).toString().replaceAll("\n", "|") };
}

test("what is there, and what comes", async () => {
  const file = await newLog();
  await writeFile(file, "one\n");
  const { seen } = follow(file);
  await expect.poll(seen).toBe("one|");
  await appendFile(file, "two\nthr");
  await expect.poll(seen).toBe("one|two|thr");
  await appendFile(file, "ee\n\n");
  await expect.poll(seen).toBe("one|two|three||");
});

test("from an offset on", async () => {
  const file = await newLog();
  await writeFile(file, "old\nnew\n");
  const { seen } = follow(file, { fromOffset: 4 });
  await expect.poll(seen).toBe("new|");
  expect(await follow(file, { fromOffset: 8 }).end()).toBeUndefined();
  const behind = follow(file, { fromOffset: 1_000 });
  await expect.poll(behind.seen).toBe("old|new|");
});

test("a file that does not exist yet", async () => {
  const file = await newLog();
  const { seen } = follow(file, { fromOffset: 100 });
  await writeFile(file, "");
  await appendFile(file, "first\n");
  await expect.poll(seen).toBe("first|");
});

test("bytes that are no UTF-8 come as they are", async () => {
  const file = await newLog();
  const bytes = Buffer.from([0x61, 0xff, 0x0a, 0xc3, 0x0a, 0x00, 0x0a]);
  await writeFile(file, bytes);
  const parts: Buffer[] = [];
  follow(file, { onBytes: (part) => void parts.push(Buffer.from(part)) });
  await expect.poll(() => Buffer.concat(parts).equals(bytes)).toBe(true);
});

test("a file that is cut off is followed from its beginning; a line begun before is joined", async () => {
  const file = await newLog();
  await writeFile(file, "one\ntwo\nthr");
  const { seen } = follow(file);
  await expect.poll(seen).toBe("one|two|thr");
  await truncate(file);
  await appendFile(file, "ee\nfour\n");
  await expect.poll(seen).toBe("one|two|three|four|");
});

test("a file that is replaced is read to its end, then the new one from its beginning", async () => {
  const file = await newLog();
  await writeFile(file, "one\n");
  const { seen } = follow(file);
  await expect.poll(seen).toBe("one|");
  for (let turn = 1; turn <= 3; turn += 1) {
    // Synchronously, so that nobody reads in between.
    appendFileSync(file, `last of ${turn}\nunended ${turn}`);
    renameSync(file, `${file}.old-${turn}`);
    writeFileSync(file, `first of ${turn + 1}\n`);
    await expect.poll(seen).toMatch(new RegExp(`\\|last of ${turn}\\|unended ${turn}<other>first of ${turn + 1}\\|$`));
  }
});

test("a file that is removed is followed to where its writer writes, and left when another comes", async () => {
  const file = await newLog();
  const writer = spawn("sh", ["-c", 'exec 3>>"$0"; while read -r line; do echo "$line" >&3; done', file], {
    stdio: ["pipe", "ignore", "inherit"],
  });
  writer.stdin.write("one\n");
  const { seen, end } = follow(file);
  await expect.poll(seen).toBe("one|");
  await rm(file);
  writer.stdin.write("two\n");
  await expect.poll(seen).toBe("one|two|");
  writer.stdin.end("three\n");
  await once(writer, "close");
  await writeFile(file, "other\n");
  await expect.poll(seen).toBe("one|two|three|<other>other|");
  await end();
});

test("200,000 lines written while they are followed: all, in order", async () => {
  const file = await newLog();
  const { seen } = follow(file);
  const script = `for (let i = 0; i < 200000; i += 100) {
    let block = "";
    for (let k = i; k < i + 100; k += 1) block += k + " " + "x".repeat(92) + "\\n";
    require("node:fs").appendFileSync(process.argv[1], block.slice(0, 4321));
    require("node:fs").appendFileSync(process.argv[1], block.slice(4321));
  }`;
  const writer = spawn(process.execPath, ["-e", script, file], { stdio: "inherit" });
  await once(writer, "close");
  const all = `${numberedLines(200_000).join("\n")}\n`;
  await until(
    () => seen().length >= all.length,
    () => `all is seen, ${seen().length} of ${all.length}`,
  );
  expect(seen() === all.replaceAll("\n", "|")).toBe(true);
});

test("who takes bytes may take his time: the next wait", async () => {
  const file = await newLog();
  const text = `${numberedLines(50_000).join("\n")}\n`;
  await writeFile(file, text);
  let taking = 0;
  let most = 0;
  let count = 0;
  follow(file, {
    onBytes: async (bytes) => {
      taking += 1;
      most = Math.max(most, taking);
      await new Promise((resolve) => setImmediate(resolve));
      taking -= 1;
      count += bytes.length;
    },
  });
  await expect.poll(() => count).toBe(text.length);
  expect(most).toBe(1);
});

test("ended, it ends at once, whether the file is there or not, and delivers nothing any more", async () => {
  const file = await newLog();
  const missing = follow(file);
  await missing.end();
  expect(missing.seen()).toBe("");
  await writeFile(file, "one\n");
  const before = follow(file, { signal: AbortSignal.abort() });
  await before.ended;
  expect(before.seen()).toBe("");
  const idle = follow(file);
  await expect.poll(idle.seen).toBe("one|");
  await idle.end();
  await appendFile(file, "two\n");
  const other = follow(file);
  await expect.poll(other.seen).toBe("one|two|");
  expect(idle.seen()).toBe("one|");
});

test("what cannot be read is an error", async () => {
  const file = await newLog();
  await mkdir(file);
  await expect(follow(file).ended).rejects.toMatchObject({ code: "EISDIR" });
});

test("a consumer that fails ends it", async () => {
  const file = await newLog();
  await writeFile(file, "one\n");
  const failing = follow(file, { onBytes: () => Promise.reject(new Error("EPIPE")) });
  await expect(failing.ended).rejects.toThrow("EPIPE");
});

test("drained: what had been written when it was told to end is still delivered, to the last byte", async () => {
  const file = await newLog();
  await writeFile(file, "one\n");
  const { seen, end } = follow(file, { drains: true });
  await expect.poll(seen).toBe("one|");
  appendFileSync(file, "two\nthr");
  appendFileSync(file, "ee");
  await end();
  expect(seen()).toBe("one|two|three");
});

test("drained: of a file that came in the last moment too, and of more than fits a block", async () => {
  const file = await newLog();
  const { seen, end } = follow(file, { drains: true });
  const text = `${numberedLines(300_000).join("\n")}\n`;
  writeFileSync(file, text);
  await end();
  expect(seen() === text.replaceAll("\n", "|")).toBe(true);
});

test("rotated again and again while it is followed: all, once and in order, from any offset", async () => {
  const file = await newLog();
  const placeFile = `${file}.place`;
  const lines = numberedLines(20_000).map((line) => `${line}\n`);
  const rotate = async (place: LogPlace): Promise<LogPlace> =>
    rotateLog({ log: file, placeFile, place, keep: 100, mayCut: () => true, pauseAt: () => {} });
  let place: LogPlace = { base: 0, cut: null };
  const early = follow(file, { placeFile });
  const late: ReturnType<typeof follow>[] = [];
  for (let at = 0; at < lines.length; at += 2_000) {
    appendFileSync(file, lines.slice(at, at + 1_000).join(""));
    const rotating = rotate(place);
    appendFileSync(file, lines.slice(at + 1_000, at + 2_000).join(""));
    place = await rotating;
    late.push(follow(file, { placeFile, fromOffset: 12_345 }));
  }
  expect(place.base).toBeGreaterThan(1_000_000);
  const all = lines.join("").replaceAll("\n", "|");
  for (const [{ seen }, text] of [[early, all] as const, ...late.map((one) => [one, all.slice(12_345)] as const)]) {
    await until(
      () => seen().length >= text.length,
      () => `all is seen, ${seen().length} of ${text.length}`,
    );
    expect(seen() === text).toBe(true);
  }
});

test("what was rotated away for good before it was read is a gap, and told", async () => {
  const file = await newLog();
  const placeFile = `${file}.place`;
  await writeFile(file, "new\n");
  await writeFile(`${file}.1`, "rotated\n");
  await writeFile(placeFile, JSON.stringify({ base: 1_000, cut: null }));
  const { seen } = follow(file, { placeFile });
  await expect.poll(seen).toBe("<gap of 992>rotated|new|");
});

test("a cut that nobody ends: what there is tells how far it came, and the following goes on", async () => {
  const file = await newLog();
  const placeFile = `${file}.place`;
  await writeFile(file, "to be cut|rest|");
  const { seen } = follow(file, { placeFile });
  await expect.poll(seen).toBe("to be cut|rest|");
  // As a supervisor that is killed after the cut: the copy has not got its name.
  writeLogPlace(placeFile, { base: 0, cut: { sizeBefore: 15 } });
  writeFileSync(`${file}.1.tmp`, "to be cut|");
  writeFileSync(file, "rest|");
  appendFileSync(file, "more, so that it is longer than before|");
  await expect.poll(seen, { timeout: 10_000 }).toBe("to be cut|rest|more, so that it is longer than before|");
  const other = follow(file, { placeFile });
  await expect.poll(other.seen, { timeout: 10_000 }).toBe("to be cut|rest|more, so that it is longer than before|");
  appendFileSync(file, "and more|");
  await expect.poll(seen).toMatch(/and more\|$/);
});

test("a cut that was only noted: nothing has changed", async () => {
  const file = await newLog();
  const placeFile = `${file}.place`;
  await writeFile(file, "to be cut|rest|");
  writeFileSync(`${file}.1.tmp`, "to be cut|");
  writeLogPlace(placeFile, { base: 0, cut: { sizeBefore: 15 } });
  const { seen } = follow(file, { placeFile });
  await expect.poll(seen, { timeout: 10_000 }).toBe("to be cut|rest|");
});

test("a log that is there is seldom looked at while it rests: it is told when something comes", async () => {
  /** Counts how often it is asked. */
  class CountingReader extends LogReader {
    looks = 0;
    override newsAt(offset: number): ReturnType<LogReader["newsAt"]> {
      this.looks += 1;
      return super.newsAt(offset);
    }
  }
  const file = await newLog();
  await writeFile(file, "one\n");
  const told = new CountingReader(file, null);
  const { seen } = follow(file, { reader: told });
  await expect.poll(seen).toBe("one|");
  // Where there is no file, nobody can tell.
  const asking = new CountingReader(`${file}.missing`, null);
  follow(asking.file, { reader: asking });
  const before = told.looks;
  await until(() => asking.looks >= 20, "it was looked for a missing log 20 times");
  expect(told.looks - before).toBeLessThan(6);
  await appendFile(file, "two\n");
  await expect.poll(seen).toBe("one|two|");
});

/** Cuts a log as a supervisor does that is held up for a moment just after it. */
const slowRotation = `
  const [, rotateLog, log] = process.argv;
  const nothing = new Int32Array(new SharedArrayBuffer(4));
  const pauseAt = (point) => point === "log-cut" && Atomics.wait(nothing, 0, 0, 300);
  const place = { base: 0, cut: null };
  import(rotateLog).then((module) => module.rotateLog({ log, placeFile: log + ".place", place, keep: 3, mayCut: () => true, pauseAt }));
`;
/** Never rests for as long as a rotation would wait for. */
const steadyWriter = `
  my ($file) = @ARGV;
  open(my $log, ">>", $file) or die;
  for (my $line = 0; ; $line++) { syswrite($log, sprintf("%09d %s\n", $line, "x" x 89)) == 100 or die; select(undef, undef, undef, 0.001) }
`;

// Where the file system has no better way to cut.
requires("tmpfs", "perl")("on a file system that cannot take blocks out", () => {
  test("a log whose writer never rests is cut while it is followed: nothing is shown twice", async () => {
    const folder = mkdtempSync(join(tmpdir(), "follow-"));
    onTestFinished(() => rmSync(folder, { recursive: true }));
    execFileSync("mount", ["-t", "tmpfs", "-o", "size=64m", "tmpfs", folder]);
    onTestFinished(() => void execFileSync("umount", ["--lazy", folder]));
    const file = join(folder, "web.log");
    writeFileSync(file, "");
    const writer = spawn("perl", ["-e", steadyWriter, file], { stdio: "inherit" });
    const written = once(writer, "close");
    onTestFinished(() => void writer.kill());
    const { seen } = follow(file, { placeFile: `${file}.place` });
    await until(() => seen().length > 100_000, "some of it is shown");
    const rotateLogFile = new URL("../../../scripts/lib/logs/rotate-log.ts", import.meta.url).href;
    const rotation = spawn(process.execPath, ["-e", slowRotation, rotateLogFile, file], { stdio: "inherit" });
    expect(await once(rotation, "close")).toEqual([0, null]);
    writer.kill();
    await written;
    const last = readFileSync(file, "latin1").slice(-100).replace("\n", "|");
    await until(() => seen().endsWith(last), "all of it is shown");
    const numbers = [...seen().matchAll(/\d{9}(?= x)/g)].map(Number);
    expect(numbers.filter((number, index) => index > 0 && number <= (numbers[index - 1] ?? 0))).toEqual([]);
  });
});
