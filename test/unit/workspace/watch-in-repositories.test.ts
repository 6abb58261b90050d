import { mkdirSync, mkdtempSync, readdirSync, readFileSync, realpathSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { type WatchEvent, watchEach } from "../../../scripts/index.ts";
import { processesOf } from "../../support/processes.ts";
import { until } from "../../support/until.ts";

function folderWith(...names: readonly string[]): string {
  const root = realpathSync(mkdtempSync(join(tmpdir(), "groundswell-library-")));
  for (const name of names) mkdirSync(join(root, name, ".git"), { recursive: true });
  onTestFinished(() => rmSync(root, { recursive: true, force: true }));
  return root;
}

test("a program watches: handles, events, output, logs, and an end that leaves nothing", async () => {
  const root = folderWith("backend/auth", "web");
  const events: WatchEvent[] = [];
  let written = "";
  const watch = await watchEach(
    ["backend/auth", "web", "gone"],
    ["sh", "-c", 'echo "$0 in $(pwd)"; exec sleep 60', "{name}"],
    {
      root,
      onEvent: (event) => void events.push(event),
      onOutput: ({ name }, bytes, stream) => {
        written += `${name} ${stream}: ${bytes.toString()}`;
      },
    },
  );
  await until(() => events.some(({ type }) => type === "watch-settled"), "it has settled");
  expect(events.find(({ type }) => type === "watch-settled")).toMatchObject({ running: 2, total: 3 });
  const [auth, web, gone] = watch.handles;
  expect(watch.handles.map((handle) => [handle.repository.name, handle.isAlive(), handle.exitCode])).toEqual([
    ["backend/auth", true, null],
    ["web", true, null],
    ["gone", false, null],
  ]);
  expect(gone?.pid).toBeNull();
  expect(written).toContain(`backend/auth stdout: backend/auth in ${root}/backend/auth\n`);
  expect(readFileSync(web?.log ?? "", "utf8")).toBe(`web in ${root}/web\n`);
  await auth?.stop();
  expect([auth?.isAlive(), auth?.exitCode, web?.isAlive()]).toEqual([false, 143, true]);
  await expect(watch.stop()).resolves.toEqual({ total: 3, started: 2, alive: 1, exitCode: 2 });
  expect(processesOf(root, "none")).toEqual([]);
  expect(readdirSync(join(root, ".groundswell/runs"))).toEqual([]);
});

test("two watches of one program share its journal: what either runs is on record as long as it runs", async () => {
  const root = folderWith("a", "b");
  const argv = ["sleep", "60"] as const;
  const first = await watchEach(["a"], argv, { root });
  const second = await watchEach(["b"], argv, { root });
  await until(() => [first, second].every(({ handles }) => handles[0]?.isAlive()), "both run");
  const journal = (): string => {
    const [file] = readdirSync(join(root, ".groundswell/runs")).filter((name) => name.endsWith(".ndjson"));
    return file === undefined ? "" : readFileSync(join(root, ".groundswell/runs", file), "utf8");
  };
  const pids = [first, second].map(({ handles }) => handles[0]?.pid);
  for (const pid of pids) expect(journal()).toContain(`"pid":${pid},`);
  await first.stop();
  expect(journal()).toContain(`"pid":${pids[1]},`);
  await second.stop();
  expect(journal()).toBe("");
});

test("a path that leads out of the root is refused before anything begins", async () => {
  const root = folderWith("a");
  await expect(watchEach(["a", "../elsewhere"], ["sleep", "60"], { root })).rejects.toMatchObject({
    problems: [{ code: "PATH_ESCAPE" }],
  });
  expect(processesOf(root, "none")).toEqual([]);
});
