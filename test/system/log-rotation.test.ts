import { mkdirSync, writeFileSync } from "node:fs";
import { expect, test } from "vitest";
import { program, steered } from "../support/program.ts";
import { until } from "../support/until.ts";
import { workspace } from "../support/workspace.ts";

const settings = "settings: { log_max_size: 64KiB, log_keep: 2 }";
const numbersIn = (lines: readonly string[]) => lines.map((line) => Number(/^line (\d+) of web$/.exec(line)?.[1]));

test("a log is rotated when its service is up, not before; then so many files stay", async () => {
  await using dev = await workspace(
    `${settings}\nservices:\n  web: { command: ${program("web")}, healthcheck: { log: "^here it is$" } }\n`,
  );
  const start = dev.run("start_dev");
  const web = await dev.program("web");
  await web.writeLines(20_000);
  // The supervisor has looked, since it has noted how far the log has grown.
  await until(() => dev.has(".groundswell/logs/web.times"), "the log's growth is noted");
  expect(dev.has("logs/web.log.1")).toBe(false);
  await web.print("here it is\n");
  expect(await start).toMatchObject({ exitCode: 0 });
  await until(() => dev.has("logs/web.log.1"), "the log is rotated");
  for (const number of [2, 3]) {
    await web.writeLines(20_000);
    await until(() => dev.has("logs/web.log.2") && dev.read("logs/web.log").length < 65_536, `rotated ${number} times`);
  }
  expect([dev.has("logs/web.log.2"), dev.has("logs/web.log.3")]).toEqual([true, false]);
  await dev.stopAll();
});

test("the failure of a service whose log was rotated shows its last lines, and logs shows them across the files", async () => {
  await using dev = await workspace(
    `${settings}\nservices:\n  web: { command: ${program("web")} }\n  api: ${steered("api", "depends_on: [web]")}\n`,
  );
  const start = dev.run("start_dev", "--json");
  const [web, api] = await dev.programs("web", "api");
  await web.writeLines(10_000);
  await until(() => dev.has("logs/web.log.1"), "the log is rotated");
  const { stdout } = await dev.run("logs", "web", "-n", "9000");
  expect(numbersIn(stdout.trimEnd().split("\n"))).toEqual(Array.from({ length: 9_000 }, (_, index) => 1_000 + index));
  await web.exit(3);
  await start.says(/"type":"service-diagnosed"/);
  await api.becomeHealthy();
  const [, logTail = "[]"] = /"logTail":(\[.*?\])/.exec((await start).stdout) ?? [];
  const tail: string[] = JSON.parse(logTail);
  expect(numbersIn(tail)).toEqual(Array.from({ length: 20 }, (_, index) => 9_980 + index));
  await dev.stopAll();
});

test("a cut that was begun and cannot be ended keeps no service from its start, and no process from its record", async () => {
  await using dev = await workspace(`${settings}\nservices:\n  web: { command: ${program("web")} }\n`);
  mkdirSync(dev.path(".groundswell/logs"), { recursive: true, mode: 0o700 });
  mkdirSync(dev.path("logs"), { recursive: true });
  writeFileSync(dev.path(".groundswell/logs/web.place"), JSON.stringify({ base: 0, cut: { sizeBefore: 20_000 } }));
  writeFileSync(dev.path("logs/web.log.1.tmp"), "x".repeat(8_192));
  writeFileSync(dev.path("logs/web.log"), "rest\n");
  // In the way of every further note.
  mkdirSync(dev.path(".groundswell/logs/web.place.tmp"));
  const start = dev.run("start_dev");
  const web = await dev.program("web");
  expect(await start).toMatchObject({ exitCode: 0 });
  const record = dev.read("pids/web.pid");
  expect(record.split("\n")[0]).toBe(String(web.pid));
  expect(record).toContain(`\nlog_offset=${8_192 + "rest\n".length}\n`);
  await dev.stopAll();
});
