import { spawn } from "node:child_process";
import { once } from "node:events";
import { appendFileSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { appendFile, mkdir, rm, truncate, writeFile } from "node:fs/promises";
import { expect, onTestFinished, test } from "vitest";
import { type LogFollow, followLog } from "../../../scripts/lib/logs/follow-log.ts";
import { newLog, numberedLines } from "./log-folder.ts";

/** Follows until the test is over or `end` is called. */
function follow(file: string, details: Partial<LogFollow> = {}) {
  const lines: string[] = [];
  const controller = new AbortController();
  const ended = followLog({
    file,
    fromOffset: 0,
    signal: controller.signal,
    onLines: (batch) => void lines.push(...batch),
    ...details,
  });
  const end = (): Promise<void> => {
    controller.abort();
    return ended;
  };
  onTestFinished(end);
  return { lines, ended, end, seen: () => lines.join("|") };
}

test("what is there, and what comes", async () => {
  const file = await newLog();
  await writeFile(file, "one\n");
  const { seen } = follow(file);
  await expect.poll(seen).toBe("one");
  await appendFile(file, "two\nthree\n");
  await expect.poll(seen).toBe("one|two|three");
  await appendFile(file, "\nfour\n");
  await expect.poll(seen).toBe("one|two|three||four");
});

test("from an offset on", async () => {
  const file = await newLog();
  await writeFile(file, "old\nnew\n");
  const { seen } = follow(file, { fromOffset: 4 });
  await expect.poll(seen).toBe("new");
  expect(await follow(file, { fromOffset: 8 }).end()).toBeUndefined();
  const behind = follow(file, { fromOffset: 1_000 });
  await expect.poll(behind.seen).toBe("old|new");
});

test("a file that does not exist yet", async () => {
  const file = await newLog();
  const { seen } = follow(file, { fromOffset: 100 });
  await writeFile(file, "");
  await appendFile(file, "first\n");
  await expect.poll(seen).toBe("first");
});

test("a line is delivered when it is whole, its characters too", async () => {
  const file = await newLog();
  await writeFile(file, "begin");
  const { lines, seen } = follow(file);
  const bytes = Buffer.from("ning é€😀\r\nnext\n");
  for (const byte of bytes) await appendFile(file, Buffer.from([byte]));
  await expect.poll(seen).toBe("beginning é€😀\r|next");
  expect(lines).toHaveLength(2);
});

test("a last line without a newline comes when the following ends", async () => {
  const file = await newLog();
  await writeFile(file, "one\ntwo");
  const { seen, end } = follow(file);
  await expect.poll(seen).toBe("one");
  await end();
  expect(seen()).toBe("one|two");
});

test("bytes that are no UTF-8 do no harm", async () => {
  const file = await newLog();
  await writeFile(file, Buffer.from([0x61, 0xff, 0x0a, 0xc3, 0x0a, 0x62, 0x0a]));
  await expect.poll(follow(file).seen).toBe("a\uFFFD|\uFFFD|b");
});

test("a file that is cut off is followed from its beginning; a line begun before is joined", async () => {
  const file = await newLog();
  await writeFile(file, "one\ntwo\nthr");
  const { seen } = follow(file);
  await expect.poll(seen).toBe("one|two");
  await truncate(file);
  await appendFile(file, "ee\nfour\n");
  await expect.poll(seen).toBe("one|two|three|four");
});

test("a file that is replaced is read to its end, then the new one from its beginning", async () => {
  const file = await newLog();
  await writeFile(file, "one\n");
  const { seen } = follow(file);
  await expect.poll(seen).toBe("one");
  for (let turn = 1; turn <= 3; turn += 1) {
    // Synchronously, so that nobody reads in between.
    appendFileSync(file, `last of ${turn}\nunended ${turn}`);
    renameSync(file, `${file}.${turn}`);
    writeFileSync(file, `first of ${turn + 1}\n`);
    await expect.poll(seen).toMatch(new RegExp(`\\|last of ${turn}\\|unended ${turn}\\|first of ${turn + 1}$`));
  }
});

test("a file that is removed is followed to where its writer writes, and left when another comes", async () => {
  const file = await newLog();
  const writer = spawn("sh", ["-c", 'exec 3>>"$0"; while read -r line; do echo "$line" >&3; done', file], {
    stdio: ["pipe", "ignore", "inherit"],
  });
  writer.stdin.write("one\n");
  const { seen, end } = follow(file);
  await expect.poll(seen).toBe("one");
  await rm(file);
  writer.stdin.write("two\n");
  await expect.poll(seen).toBe("one|two");
  writer.stdin.end("three\n");
  await once(writer, "close");
  await writeFile(file, "other\n");
  await expect.poll(seen).toBe("one|two|three|other");
  await end();
});

test("200,000 lines written while they are followed: all, in order, none torn", async () => {
  const file = await newLog();
  const { lines } = follow(file);
  const script = `for (let i = 0; i < 200000; i += 100) {
    let block = "";
    for (let k = i; k < i + 100; k += 1) block += k + " " + "x".repeat(92) + "\\n";
    require("node:fs").appendFileSync(process.argv[1], block.slice(0, 4321));
    require("node:fs").appendFileSync(process.argv[1], block.slice(4321));
  }`;
  const writer = spawn(process.execPath, ["-e", script, file], { stdio: "inherit" });
  await once(writer, "close");
  await expect.poll(() => lines.length, { timeout: 15_000 }).toBe(200_000);
  expect(lines.join("\n")).toBe(numberedLines(200_000).join("\n"));
  expect(`${lines.join("\n")}\n`).toBe(readFileSync(file, "utf8"));
});

test("who takes a batch may take his time: the next waits", async () => {
  const file = await newLog();
  await writeFile(file, `${numberedLines(50_000).join("\n")}\n`);
  let taking = 0;
  let most = 0;
  let count = 0;
  follow(file, {
    onLines: async (lines) => {
      taking += 1;
      most = Math.max(most, taking);
      await new Promise((resolve) => setImmediate(resolve));
      taking -= 1;
      count += lines.length;
    },
  });
  await expect.poll(() => count).toBe(50_000);
  expect(most).toBe(1);
});

test("a line of several MiB comes in pieces", async () => {
  const file = await newLog();
  const long = "x".repeat(5 * 1024 * 1024);
  await writeFile(file, `${long}\nnext\n`);
  const { lines } = follow(file);
  await expect.poll(() => lines.at(-1)).toBe("next");
  expect(lines.slice(0, -1).join("")).toBe(long);
  expect(lines.length).toBeGreaterThan(2);
});

test("ended, it ends at once, whether the file is there or not, and delivers nothing any more", async () => {
  const file = await newLog();
  const missing = follow(file);
  await missing.end();
  expect(missing.lines).toEqual([]);
  await writeFile(file, "one\n");
  const before = follow(file, { signal: AbortSignal.abort() });
  await before.ended;
  expect(before.lines).toEqual([]);
  const idle = follow(file);
  await expect.poll(idle.seen).toBe("one");
  await idle.end();
  await appendFile(file, "two\n");
  const other = follow(file);
  await expect.poll(other.seen).toBe("one|two");
  expect(idle.lines).toEqual(["one"]);
});

test("what cannot be read is an error", async () => {
  const file = await newLog();
  await mkdir(file);
  await expect(
    followLog({ file, fromOffset: 0, signal: new AbortController().signal, onLines: () => {} }),
  ).rejects.toMatchObject({
    code: "EISDIR",
  });
});

test("a consumer that fails ends it", async () => {
  const file = await newLog();
  await writeFile(file, "one\n");
  const failing = followLog({
    file,
    fromOffset: 0,
    signal: new AbortController().signal,
    onLines: () => Promise.reject(new Error("EPIPE")),
  });
  await expect(failing).rejects.toThrow("EPIPE");
});

test("drained: what had been written when it was told to end is still delivered, to the last byte", async () => {
  const file = await newLog();
  await writeFile(file, "one\n");
  const { seen, end } = follow(file, { drains: true });
  await expect.poll(seen).toBe("one");
  appendFileSync(file, "two\nthr");
  appendFileSync(file, "ee");
  await end();
  expect(seen()).toBe("one|two|three");
});

test("drained: of a file that came in the last moment too, and of more than fits a block", async () => {
  const file = await newLog();
  const { lines, end } = follow(file, { drains: true });
  writeFileSync(file, `${numberedLines(300_000).join("\n")}\n`);
  await end();
  expect(lines).toHaveLength(300_000);
});
