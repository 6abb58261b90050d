import { expect, test } from "vitest";
import { healthy } from "../support/program.ts";
import { workspace } from "../support/workspace.ts";

test("same service name in two workspaces, one stopped", async () => {
  await using one = await workspace(`services:\n  web: ${healthy("web")}\n`);
  await using two = await workspace(`services:\n  web: ${healthy("web")}\n`);
  expect(await one.run("start_dev")).toMatchObject({ exitCode: 0 });
  expect(await two.run("start_dev")).toMatchObject({ exitCode: 0 });
  const web = await two.program("web");
  await one.stopAll();
  expect(web.isAlive()).toBe(true);
  expect(await two.statusOf("web")).toMatchObject({ phase: "ready", pid: web.pid });
  await two.stopAll();
});
