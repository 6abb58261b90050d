import { readFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { expect, test } from "vitest";
import { healthy } from "../support/program.ts";
import { workspace } from "../support/workspace.ts";

// The program of docs/api.md, run as it stands there; only the package's name is replaced, since nothing is installed here.

const project = join(import.meta.dirname, "../..");
const doc = readFileSync(join(project, "docs/api.md"), "utf8");
const example = /<!-- example:begin -->\s*```js\n([^]*?)```/.exec(doc)?.[1] ?? "";
const library = pathToFileURL(join(project, "scripts/index.ts")).href;
const stack = { "stack.mjs": example.replace(`"groundswell"`, JSON.stringify(library)) };

test("the example of docs/api.md starts the stack, looks, and leaves nothing", async () => {
  expect(example).toContain(`"groundswell"`);
  const yaml = `services:\n  db: ${healthy("db")}\n  web: ${healthy("web", "depends_on: [db]")}\n`;
  await using dev = await workspace(yaml, { files: stack, bin: "stack.mjs" });
  const end = await dev.run("");
  expect(end, dev.story()).toMatchObject({ exitCode: 0, stderr: "" });
  const web = await dev.program("web");
  expect(end.stdout).toContain("wave 0: db\nwave 1: web\n");
  expect(end.stdout).toMatch(/db is ready\n[^]*web is starting\nweb is ready\n/);
  expect(end.stdout).toContain(`web: ready, pid ${web.pid}, last probe status 200`);
  expect(end.stdout).toContain("nothing is left\n");
  expect(dev.census()).toEqual([]);
  await dev.nothingIsLeft();
});

test("a service that fails is data, and the exit code tells", async () => {
  const yaml = `services:\n  bad: { command: [sh, -c, "exit 7"] }\n  web: ${healthy("web")}\n`;
  await using dev = await workspace(yaml, { files: stack, bin: "stack.mjs", env: { MAX_PARALLEL_RETRIES: "0" } });
  const end = await dev.run("");
  expect(end, dev.story()).toMatchObject({ exitCode: 2, stderr: "" });
  expect(end.stdout).toContain("bad failed: exited\n");
  await dev.nothingIsLeft();
});

test("a mistake in services.yaml is thrown with its place", async () => {
  await using dev = await workspace("services:\n  web: { comand: x }\n", { files: stack, bin: "stack.mjs" });
  const end = await dev.run("");
  expect(end).toMatchObject({ exitCode: 78, stdout: "" });
  expect(end.stderr).toContain(`KEY_UNKNOWN: Unknown key "comand" in services.web (services.yaml:2:10)\n`);
  await dev.nothingIsLeft();
});
