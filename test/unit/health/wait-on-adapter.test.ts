import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { probe } from "../../../scripts/lib/health/probe.ts";
import type { ProbeResult } from "../../../scripts/lib/health/probe-result.ts";
import { contextOf, timing } from "./checks.ts";
import { freePort, httpServer, listen, rawServer } from "./servers.ts";

async function folder(): Promise<string> {
  const path = await mkdtemp(join(tmpdir(), "health-"));
  onTestFinished(() => rm(path, { recursive: true }));
  return path;
}

function ask(resources: string[], cwd: string, timeoutMs: number, signal?: AbortSignal): Promise<ProbeResult> {
  return probe({ kind: "waitOn", resources, timing: { ...timing, timeoutMs } }, contextOf({ cwd }), signal);
}

test("all resources there: http, tcp, a unix socket, files relative to the service's folder, a command", async () => {
  const cwd = await folder();
  await writeFile(join(cwd, "built.js"), "");
  const http = await httpServer((_, response) => response.end("ok"));
  const tcp = await rawServer((socket) => socket.end());
  const unix = createServer((socket) => socket.end()).listen(join(cwd, "ctl"));
  onTestFinished(() => void unix.close());
  const resources = [
    `http-get://127.0.0.1:${http.port}/health`,
    `tcp:127.0.0.1:${tcp.port}`,
    "socket:ctl",
    "built.js",
    "file:built.js",
    "command:test -e built.js",
  ];
  expect(await ask(resources, cwd, 10_000)).toMatchObject({
    ok: true,
    message: `all there: ${[...resources.slice(0, -1), "command"].join(", ")}`,
  });
});

test("the resource that is missing is named", async () => {
  const cwd = await folder();
  const tcp = await rawServer((socket) => socket.end());
  const missing = `tcp:127.0.0.1:${await freePort()}`;
  expect(await ask([`tcp:127.0.0.1:${tcp.port}`, missing], cwd, 300)).toMatchObject({
    ok: false,
    kind: "timeout",
    message: `not there within 300 ms: ${missing}`,
  });
  expect(await ask(["command:echo nope; exit 4"], cwd, 5_000)).toMatchObject({
    ok: false,
    message: "exit code 4; output: nope",
  });
});

test("what comes while it waits is seen", async () => {
  const cwd = await folder();
  const port = await freePort();
  const asking = ask([`tcp:127.0.0.1:${port}`], cwd, 15_000);
  await listen(
    createServer((socket) => socket.end()),
    "127.0.0.1",
    port,
  );
  expect(await asking).toMatchObject({ ok: true });
});

test("a resource wait-on does not understand", async () => {
  expect(await ask(["http:127.0.0.1"], await folder(), 500)).toMatchObject({
    ok: false,
    kind: "other",
    message: /Invalid resource/,
  });
});

test("called off, it ends at once, though wait-on cannot", async () => {
  const controller = new AbortController();
  const asking = ask(["file:never"], await folder(), 3_000, controller.signal);
  controller.abort();
  const result = await asking;
  expect(result).toMatchObject({ ok: false, message: "the probe was called off" });
});
