import { createHash } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { healthy, program } from "../support/program.ts";
import { type Workspace, workspace } from "../support/workspace.ts";

const hash = (bytes: string | Buffer): string => createHash("sha256").update(bytes).digest("hex");

/** All a service wrote, in order, across a rotation. */
function logOf(dev: Workspace, service: string): Buffer {
  const parts = [`logs/${service}.log.1`, `logs/${service}.log`].map((path) => dev.path(path));
  return Buffer.concat(parts.filter((path) => existsSync(path)).map((path) => readFileSync(path)));
}

test("200,000 lines and an exit: not a byte is lost or changed", async () => {
  await using dev = await workspace(`services:\n  web: { command: ${program("web")} }\n`);
  expect(await dev.run("start_dev")).toMatchObject({ exitCode: 0 });
  const web = await dev.program("web");
  await web.writeLines(200_000);
  await web.print("the last line has no newline");
  await web.exit(0);
  const expected = `${Array.from({ length: 200_000 }, (_, index) => `line ${index} of web\n`).join("")}the last line has no newline`;
  expect(hash(logOf(dev, "web"))).toBe(hash(expected));
  await dev.nothingIsLeft();
  expect(hash(logOf(dev, "web"))).toBe(hash(expected));
});

test("a second run writes on in the same log", async () => {
  await using dev = await workspace(`services:\n  web: ${healthy("web")}\n`);
  for (const run of [1, 2]) {
    expect(await dev.run("start_dev")).toMatchObject({ exitCode: 0 });
    await (await dev.program("web", { run })).print(`this is run ${run}\n`);
    await dev.stopAll();
  }
  expect(logOf(dev, "web").toString()).toMatch(/this is run 1\n[^]*this is run 2\n/);
});

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
