import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { healthy } from "../support/program.ts";
import { workspace } from "../support/workspace.ts";

test("a PID file: line 1 is the pid, then key=value; gone after stop", async () => {
  await using dev = await workspace(`services:\n  web: ${healthy("web")}\n`);
  expect(await dev.run("start_dev")).toMatchObject({ exitCode: 0 });
  const web = await dev.program("web");
  const [first, ...rest] = dev.read("pids/web.pid").trimEnd().split("\n");
  expect(first).toBe(String(web.pid));
  const keys = Object.fromEntries(rest.map((line) => line.split("=", 2)));
  expect(keys).toMatchObject({
    start_time: web.startTime,
    pgid: String(web.group),
    run_id: expect.stringMatching(/.+/),
  });
  await dev.stopAll();
  expect(dev.has("pids/web.pid")).toBe(false);
});

test("no record holds a value of the environment", async () => {
  const secret = "hunter2-very-secret";
  await using dev = await workspace(`services:\n  web: ${healthy("web", `environment: { TOKEN: ${secret} }`)}\n`, {
    files: { ".env": `OTHER=${secret}-too\n` },
  });
  expect(await dev.run("start_dev")).toMatchObject({ exitCode: 0 });
  expect((await dev.program("web")).env).toMatchObject({ TOKEN: secret, OTHER: `${secret}-too` });
  // One that lives replaces files while they are read.
  await dev.killSupervisor();
  for (const folder of [".groundswell", "pids"]) {
    const entries = readdirSync(dev.path(folder), { recursive: true, withFileTypes: true });
    const files = entries.filter((entry) => entry.isFile()).map(({ parentPath, name }) => join(parentPath, name));
    expect(files).not.toEqual([]);
    for (const file of files) expect(readFileSync(file, "utf8"), file).not.toContain("hunter2");
  }
  await dev.stopAll();
});
