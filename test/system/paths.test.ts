import { symlinkSync } from "node:fs";
import { dirname, join } from "node:path";
import { expect, test } from "vitest";
import { healthy } from "../support/program.ts";
import { workspace } from "../support/workspace.ts";

const deep = Array.from({ length: 12 }, (_, index) => `a-folder-with-a-long-name-${index}`).join("/");

test.each([
  ["spaces and an apostrophe", "my shop's folder"],
  ["umlauts, another script and an emoji", "größe/проект/🐚"],
  ["characters a shell would take to heart", "a$HOME;b&c(d)`e`"],
  ["a newline", "two\nlines"],
  ["deeper than a socket's path may be long", deep],
])("a workspace path with %s", async (_what, folder) => {
  await using dev = await workspace(
    `services:\n  api: ${healthy("api", "depends_on: [db]")}\n  db: ${healthy("db")}\n`,
    { folder },
  );
  expect(await dev.run("start_dev")).toMatchObject({ exitCode: 0 });
  const { root, services } = await dev.status();
  expect(root).toBe(dev.root);
  expect(services.map(({ phase }) => phase)).toEqual(["ready", "ready"]);
  expect((await dev.program("db")).cwd).toBe(dev.root);
  expect(await dev.run("start_dev")).toMatchObject({ exitCode: 0 });
  expect(dev.started()).toHaveLength(2);
  await dev.stopAll();
});

test("the same workspace through a symbolic link is the same workspace", async () => {
  await using dev = await workspace(`services:\n  web: ${healthy("web")}\n`);
  symlinkSync(dev.root, join(dirname(dev.root), "link"));
  expect(await dev.run("start_dev")).toMatchObject({ exitCode: 0 });
  expect(await dev.runIn("../link", "start_dev")).toMatchObject({ exitCode: 0 });
  expect(dev.started()).toHaveLength(1);
  expect(await dev.runIn("../link", "stop")).toMatchObject({ exitCode: 0 });
  expect(dev.census()).toEqual([]);
});
