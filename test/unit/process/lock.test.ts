import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { writeFileSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { takeLock } from "../../../scripts/lib/process/lock.ts";
import { program } from "./stage.ts";

let folder: string;
let children: ChildProcess[] = [];
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "groundswell-lock-"));
});
afterEach(async () => {
  for (const child of children) child.kill("SIGKILL");
  children = [];
  await rm(folder, { recursive: true, force: true });
});

async function holder(file: string): Promise<{ child: ChildProcess; said: string; complained: string }> {
  const child = spawn(process.execPath, [program("hold-lock.ts"), file], { stdio: ["ignore", "pipe", "pipe"] });
  children.push(child);
  let complained = "";
  child.stderr.on("data", (chunk: Buffer) => {
    complained += chunk.toString();
  });
  const said = String((await once(child.stdout, "data"))[0]).trim();
  return { child, said, complained };
}

test("one at a time, also within one process", async () => {
  const file = join(folder, "lock.db");
  const lock = await takeLock(file);
  expect(lock).not.toBeNull();
  expect(await takeLock(file)).toBeNull();
  expect((await holder(file)).said).toBe("refused");
  lock?.release();
  lock?.release();
  const again = await takeLock(file);
  expect(again).not.toBeNull();
  again?.release();
});

test("a holder killed with -9 gives it back", async () => {
  const file = join(folder, "lock.db");
  const { child, said, complained } = await holder(file);
  expect(said).toBe("taken");
  expect(complained).toBe("");
  expect(await takeLock(file)).toBeNull();
  child.kill("SIGKILL");
  await once(child, "exit");
  const lock = await takeLock(file);
  expect(lock).not.toBeNull();
  lock?.release();
});

test("two files are two locks", async () => {
  const locks = await Promise.all([takeLock(join(folder, "a.db")), takeLock(join(folder, "b.db"))]);
  expect(locks.includes(null)).toBe(false);
  for (const lock of locks) lock?.release();
});

test("of many that try at once, one gets it", async () => {
  const file = join(folder, "lock.db");
  const said = await Promise.all(Array.from({ length: 6 }, async () => (await holder(file)).said));
  expect(said.toSorted()).toEqual(["refused", "refused", "refused", "refused", "refused", "taken"]);
});

test("it is not lost to the garbage collector", async () => {
  const file = join(folder, "lock.db");
  const { takeLock: take } = await import("../../../scripts/lib/process/lock.ts");
  await take(file);
  const { setFlagsFromString } = await import("node:v8");
  const { runInNewContext } = await import("node:vm");
  setFlagsFromString("--expose-gc");
  for (let round = 0; round < 3; round += 1) {
    runInNewContext("gc()");
    await new Promise(setImmediate);
  }
  expect((await holder(file)).said).toBe("refused");
});

test("what cannot be a lock says so", async () => {
  await expect(takeLock(join(folder, "none", "lock.db"))).rejects.toThrow("unable to open");
  writeFileSync(join(folder, "rubbish"), "this is no database, and it is long enough to show it".repeat(40));
  await expect(takeLock(join(folder, "rubbish"))).rejects.toThrow("not a database");
});
