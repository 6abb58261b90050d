import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { program, programInShell } from "../support/program.ts";
import { type Workspace, workspace } from "../support/workspace.ts";

const hash = (bytes: string | Buffer): string => createHash("sha256").update(bytes).digest("hex");
const logOf = (dev: Workspace): Buffer => readFileSync(dev.path("logs/web.log"));

test("200,000 log lines then exit, byte-exact", async () => {
  await using dev = await workspace(`services:\n  web: { command: ${program("web")} }\n`);
  expect(await dev.run("start_dev")).toMatchObject({ exitCode: 0 });
  const web = await dev.program("web");
  await web.writeLines(200_000);
  await web.exit(0);
  const expected = Array.from({ length: 200_000 }, (_, index) => `line ${index} of web\n`).join("");
  expect(hash(logOf(dev))).toBe(hash(expected));
  await dev.nothingIsLeft();
  expect(hash(logOf(dev))).toBe(hash(expected));
});

test("last line without newline", async () => {
  const last = "the last line has no newline";
  await using dev = await workspace(
    `services:\n  web: { command: ${JSON.stringify(`${programInShell("web")}; printf '${last}'; exit 3`)} }\n`,
  );
  expect(await dev.run("start_dev")).toMatchObject({ exitCode: 0 });
  const web = await dev.program("web");
  await web.print("one line\n");
  await web.exit(0);
  await dev.nothingIsLeft();
  expect(logOf(dev).toString()).toBe(`one line\n${last}`);
  expect((await dev.run("logs", "web")).stdout).toBe(`one line\n${last}\n`);
  expect(await dev.statusOf("web")).toMatchObject({ phase: "failed", exitCode: 3 });
});
