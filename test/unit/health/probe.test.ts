import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { probe } from "../../../scripts/lib/health/probe.ts";
import { contextOf, timing } from "./checks.ts";

test("no check is always well", async () => {
  expect(await probe({ kind: "none" }, contextOf())).toMatchObject({ ok: true, message: "no check" });
});

test("a file: there or not", async () => {
  const folder = await mkdtemp(join(tmpdir(), "health-"));
  onTestFinished(() => rm(folder, { recursive: true }));
  const path = join(folder, "pid");
  expect(await probe({ kind: "file", path, timing }, contextOf())).toMatchObject({
    ok: false,
    kind: "other",
    message: `does not exist yet: ${path}`,
  });
  await writeFile(path, "");
  expect(await probe({ kind: "file", path, timing }, contextOf())).toMatchObject({ ok: true });
  expect(await probe({ kind: "file", path: join(path, "below"), timing }, contextOf())).toMatchObject({
    ok: false,
    message: /not exist/,
  });
});

test("a log is looked through from the beginning of the run", async () => {
  const lines = "one\ntwo\nready\nfour\n";
  const context = contextOf({
    readLog: async (from) => ({ text: lines.slice(from, from + 4), nextOffset: Math.min(lines.length, from + 4) }),
  });
  expect(await probe({ kind: "log", pattern: "^ready$", timing }, context)).toMatchObject({ ok: true });
  expect(await probe({ kind: "log", pattern: "^three$", timing }, context)).toMatchObject({ ok: false });
});

test("whatever breaks is a failure, never an exception", async () => {
  const context = contextOf({ readLog: () => Promise.reject(new Error("EIO: the disk is gone")) });
  expect(await probe({ kind: "log", pattern: "x", timing }, context)).toMatchObject({
    ok: false,
    kind: "other",
    message: "EIO: the disk is gone",
  });
  expect(await probe({ kind: "log", pattern: "(", timing }, context)).toMatchObject({ ok: false, kind: "other" });
});
