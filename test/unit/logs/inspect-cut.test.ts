import { spawn } from "node:child_process";
import { once } from "node:events";
import { writeFileSync } from "node:fs";
import { expect, onTestFinished, test } from "vitest";
import { inspectCut } from "../../../scripts/lib/logs/inspect-cut.ts";
import { newLog } from "./log-folder.ts";

/** Gives the copy its name and takes it away again, as fast as it can. */
const renamer = `
  const { renameSync } = require("node:fs");
  const log = process.argv[1];
  console.log("going");
  for (;;) {
    for (let turn = 0; turn < 1000; turn += 1) {
      renameSync(log + ".1.tmp", log + ".1");
      renameSync(log + ".1", log + ".1.tmp");
    }
  }`;

test("a copy that gets its name just while it is looked at has been renamed", async () => {
  const log = await newLog();
  writeFileSync(log, "to be cut|rest|");
  writeFileSync(`${log}.1.tmp`, "to be cut|");
  const child = spawn(process.execPath, ["-e", renamer, log], { stdio: ["ignore", "pipe", "inherit"] });
  const closed = once(child, "close");
  onTestFinished(async () => {
    child.kill("SIGKILL");
    await closed;
  });
  await once(child.stdout, "data");
  const found = new Set<string>();
  for (let look = 0; look < 50_000; look += 1) found.add(inspectCut(log, { sizeBefore: 15 }).kind);
  expect([...found].toSorted()).toEqual(["not cut", "renamed"]);
});
