import { appendFile, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import type { ProbeResult } from "../../../scripts/lib/health/probe-result.ts";
import { type ReadinessWait, waitUntilReady } from "../../../scripts/lib/health/wait-until-ready.ts";
import type { HealthCheck } from "../../../scripts/lib/model/service.ts";
import { contextOf, execCheck, httpCheck, runCommand, tcpCheck, timing } from "./checks.ts";
import { freePort, httpServer, listen, rawServer } from "./servers.ts";

/** A wait whose failures the test can wait for. */
function wait(check: HealthCheck, details: Partial<ReadinessWait> = {}) {
  const failures: ProbeResult[] = [];
  const awaited: { count: number; resolve: () => void }[] = [];
  const controller = new AbortController();
  const result = waitUntilReady({
    check,
    context: contextOf(),
    spawnedAt: performance.now(),
    minUptimeMs: 0,
    signal: controller.signal,
    onFailure: (failure) => {
      failures.push(failure);
      for (const { count, resolve } of awaited) if (failures.length >= count) resolve();
    },
    ...details,
  });
  const failed = (count: number): Promise<void> =>
    new Promise((resolve) => {
      if (failures.length >= count) resolve();
      else awaited.push({ count, resolve });
    });
  return { result, failures, failed, abort: () => controller.abort() };
}

async function folder(): Promise<string> {
  const path = await mkdtemp(join(tmpdir(), "health-"));
  onTestFinished(() => rm(path, { recursive: true }));
  return path;
}

test("refused, refused, …, then somebody listens", async () => {
  const port = await freePort();
  const { result, failures, failed } = wait(httpCheck(`http://127.0.0.1:${port}/health`));
  await failed(5);
  expect(new Set(failures.map(({ message }) => message))).toEqual(new Set([`connection refused 127.0.0.1:${port}`]));
  await listen(
    createServer((_, response) => response.end()),
    "127.0.0.1",
    port,
  );
  expect(await result).toMatchObject({ ok: true, message: "status 200" });
});

test("localhost, and it listens on ::1 alone: seen too, and said with the same words until then", async () => {
  const port = await freePort();
  const { result, failures, failed } = wait(tcpCheck({ host: "localhost", port }));
  await failed(9);
  expect(new Set(failures.map(({ message }) => message))).toEqual(new Set([`connection refused localhost:${port}`]));
  await listen(
    createServer((_, response) => response.end()),
    "::1",
    port,
  );
  expect(await result).toMatchObject({ ok: true });
});

test("a service that is ready at once is asked once", async () => {
  let connections = 0;
  const { port } = await rawServer((socket) => {
    connections += 1;
    socket.end();
  });
  const { result, failures } = wait(tcpCheck({ host: "127.0.0.1", port }));
  expect(await result).toMatchObject({ ok: true });
  expect(failures).toEqual([]);
  expect(connections).toBe(1);
});

test("503 until it has warmed up", async () => {
  let requests = 0;
  const { port } = await httpServer((_, response) => {
    requests += 1;
    response.writeHead(requests > 3 ? 200 : 503).end();
  });
  const { result, failures } = wait(httpCheck(`http://localhost:${port}/`));
  expect(await result).toMatchObject({ ok: true });
  expect(failures.map(({ message }) => message)).toEqual(Array(3).fill("status 503, wanted 200"));
});

test("ended while it pauses", async () => {
  const { result, failed, abort } = wait(tcpCheck({ host: "127.0.0.1", port: await freePort() }), {
    spawnedAt: performance.now() - 60_000,
  });
  await failed(1);
  abort();
  expect(await result).toBeNull();
});

test("ended in the middle of a probe: the connection is closed, nothing is reported", async () => {
  const { promise: closed, resolve } = Promise.withResolvers<void>();
  const { promise: asked, resolve: nowAsked } = Promise.withResolvers<unknown>();
  const { port } = await rawServer((socket) => socket.once("data", nowAsked).once("end", resolve));
  const check = httpCheck(`http://127.0.0.1:${port}/`, { timing: { ...timing, timeoutMs: 600_000 } });
  const { result, failures, abort } = wait(check);
  await asked;
  abort();
  expect(await result).toBeNull();
  await closed;
  expect(failures).toEqual([]);
});

test("ended before it began", async () => {
  const { result, failures } = wait({ kind: "file", path: "/", timing }, { signal: AbortSignal.abort() });
  expect(await result).toBeNull();
  expect(failures).toEqual([]);
});

test("a success that comes in the same moment as the end is none", async () => {
  const controller = new AbortController();
  const context = contextOf({
    readLog: async (from) => {
      controller.abort();
      return { text: from === 0 ? "ready\n" : "", nextOffset: 6 };
    },
  });
  expect(
    await wait({ kind: "log", pattern: "ready", timing }, { context, signal: controller.signal }).result,
  ).toBeNull();
});

test("commands run one at a time, with a pause", async () => {
  const file = join(await folder(), "runs");
  let running = 0;
  let most = 0;
  const gaps: number[] = [];
  let endedAt: number | null = null;
  const context = contextOf({
    runCommand: async (...args) => {
      if (endedAt !== null) gaps.push(performance.now() - endedAt);
      running += 1;
      most = Math.max(most, running);
      const end = await runCommand(...args);
      running -= 1;
      endedAt = performance.now();
      return end;
    },
  });
  const { result, failures } = wait(execCheck(`echo run >> ${file}; test $(wc -l < ${file}) -ge 3`), { context });
  expect(await result).toMatchObject({ ok: true });
  expect(most).toBe(1);
  expect(failures).toHaveLength(2);
  expect(Math.min(...gaps)).toBeGreaterThanOrEqual(99);
  expect(await readFile(file, "utf8")).toBe("run\nrun\nrun\n");
});

test("a file that appears, in a folder that does not exist yet either", async () => {
  const path = join(await folder(), "later", "ready");
  const { result, failed } = wait({ kind: "file", path, timing });
  await failed(3);
  const { mkdir } = await import("node:fs/promises");
  await mkdir(join(path, ".."));
  await failed(5);
  await writeFile(path, "");
  expect(await result).toMatchObject({ ok: true, message: `exists ${path}` });
});

test("a line that is written, also one that never ends", async () => {
  const file = join(await folder(), "web.log");
  await writeFile(file, "starting\n");
  const offsets: number[] = [];
  const context = contextOf({
    readLog: async (from) => {
      offsets.push(from);
      const text = (await readFile(file, "utf8")).slice(from);
      return { text, nextOffset: from + text.length };
    },
  });
  const { result, failed } = wait({ kind: "log", pattern: "^listening on \\d+", timing }, { context });
  await failed(2);
  await appendFile(file, "warming up\nlistening ");
  await failed(4);
  await appendFile(file, "on 80");
  expect(await result).toMatchObject({ ok: true });
  expect(offsets.slice(0, 2)).toEqual([0, 9]);
  expect(offsets).toEqual(offsets.toSorted((a, b) => a - b));
});

test("without a check: ready once it has lived long enough", async () => {
  const spawnedAt = performance.now();
  const { result } = wait({ kind: "none" }, { spawnedAt, minUptimeMs: 80 });
  expect(await result).toMatchObject({ ok: true, message: expect.stringMatching(/\b\d+ ms/) });
  expect(performance.now() - spawnedAt).toBeGreaterThanOrEqual(79);
});

test("without a check: one that has lived long enough already is ready; one that died is not", async () => {
  const old = wait({ kind: "none" }, { spawnedAt: performance.now() - 1_000_000, minUptimeMs: 1_000_000 });
  expect(await old.result).toMatchObject({ ok: true });
  const dead = wait({ kind: "none" }, { minUptimeMs: 1_000_000 });
  dead.abort();
  expect(await dead.result).toBeNull();
});

test("a hundred services at once, each listening after a while", async () => {
  const port = await freePort();
  const waits = Array.from({ length: 100 }, () => wait(httpCheck(`http://127.0.0.1:${port}/`)));
  await Promise.all(waits.map(({ failed }) => failed(3)));
  await listen(
    createServer((_, response) => response.end()),
    "127.0.0.1",
    port,
  );
  const results = await Promise.all(waits.map(({ result }) => result));
  expect(results.every((result) => result?.ok)).toBe(true);
});
