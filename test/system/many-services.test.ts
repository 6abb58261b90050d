import { expect, test } from "vitest";
import { healthy } from "../support/program.ts";
import { workspace } from "../support/workspace.ts";

test("200 services: all run, one stop ends all", async () => {
  const names = Array.from({ length: 200 }, (_, index) => `s${index}`);
  const yaml = `services:\n${names.map((name) => `  ${name}: { command: [sleep, "300"], min_uptime: 50ms }\n`).join("")}`;
  await using dev = await workspace(yaml);
  expect(await dev.run("start_dev")).toMatchObject({ exitCode: 0 });
  const sleeping = () => dev.strays().filter(({ command }) => command === "sleep 300");
  expect(sleeping()).toHaveLength(200);
  expect((await dev.status()).summary).toEqual({ total: 200, ready: 200, failed: 0 });
  expect(await dev.run("start_dev")).toMatchObject({ exitCode: 0 });
  expect(sleeping()).toHaveLength(200);
  expect(await dev.run("stop")).toMatchObject({ exitCode: 0 });
  expect(sleeping()).toEqual([]);
});

test("20 services in a row: each starts after the one before it is ready", async () => {
  const names = Array.from({ length: 20 }, (_, index) => `s${index}`);
  const yaml = `services:\n${names.map((name, index) => `  ${name}: ${healthy(name, index === 0 ? "" : `depends_on: [s${index - 1}]`)}\n`).join("")}`;
  await using dev = await workspace(yaml);
  expect(await dev.run("start_dev")).toMatchObject({ exitCode: 0 });
  for (const [index, name] of names.entries()) {
    const [before] = dev.runsOf(`s${index - 1}`);
    if (before) expect((await dev.program(name)).startedAt).toBeGreaterThan(before.healthyAt);
  }
  await dev.stopAll();
});
