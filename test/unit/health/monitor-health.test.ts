import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { expect, onTestFinished, test } from "vitest";
import { type HealthMonitor, monitorHealth } from "../../../scripts/lib/health/monitor-health.ts";
import type { HealthCheck, ProbeTiming } from "../../../scripts/lib/model/service.ts";
import { contextOf, httpCheck, timing } from "./checks.ts";
import { httpServer, rawServer } from "./servers.ts";

const quick: ProbeTiming = { intervalMs: 5, timeoutMs: 5_000, retries: 3, startPeriodMs: 0 };

/** Monitors until the test is over. `seen` gets a letter a call: o ok, f failed, U unhealthy, H healthy. */
function monitor(check: HealthCheck, details: Partial<HealthMonitor> = {}) {
  const controller = new AbortController();
  onTestFinished(() => controller.abort());
  let seen = "";
  monitorHealth({
    check,
    context: contextOf(),
    signal: controller.signal,
    onResult: ({ ok }) => (seen += ok ? "o" : "f"),
    onUnhealthy: () => (seen += "U"),
    onHealthy: () => (seen += "H"),
    ...details,
  });
  return { seen: () => seen, abort: () => controller.abort() };
}

async function flippingServer(): Promise<{
  url: string;
  answer: (statuses: readonly number[], then: number) => void;
  asked: () => number;
}> {
  let queue: number[] = [];
  let status = 200;
  let asked = 0;
  const { port } = await httpServer((_, response) => {
    asked += 1;
    response.writeHead(queue.shift() ?? status).end();
  });
  return {
    url: `http://127.0.0.1:${port}/`,
    answer: (statuses, then) => {
      queue = [...statuses];
      status = then;
    },
    asked: () => asked,
  };
}

test("three failures in a row make it unhealthy, once; one success makes it well again", async () => {
  const { url, answer } = await flippingServer();
  answer([200, 503, 503, 200, 503, 503, 503, 503, 503], 200);
  const { seen } = monitor(httpCheck(url, { timing: quick }));
  await expect.poll(seen).toMatch(/^offofffUffoHoo+$/);
});

test("it can happen again", async () => {
  const { url, answer } = await flippingServer();
  answer([503, 503, 503, 200, 503, 503, 503], 200);
  const { seen } = monitor(httpCheck(url, { timing: quick }));
  await expect.poll(seen).toMatch(/^fffUoHfffUoHo+$/);
});

test("failures in the start period do not count", async () => {
  const { url, answer } = await flippingServer();
  answer([], 503);
  const during = monitor(httpCheck(url, { timing: { ...quick, startPeriodMs: 600_000 } }));
  await expect.poll(during.seen).toMatch(/^f{10,}$/);
  during.abort();
  const after = monitor(httpCheck(url, { timing: { ...quick, startPeriodMs: 100 } }));
  await expect.poll(after.seen).toMatch(/^f{4,}Uf+$/);
});

test("one that is known to be unhealthy is told so once, after as many failures as any other, and is well with its first success", async () => {
  const { url, answer } = await flippingServer();
  answer([503, 503, 503, 503, 503], 200);
  const { seen } = monitor(httpCheck(url, { timing: quick }), { startedUnhealthy: true });
  await expect.poll(seen).toMatch(/^fffUffoHo+$/);
});

test("after the end nothing is called, and the connection is closed", async () => {
  const { promise: closed, resolve } = Promise.withResolvers<void>();
  const { promise: asked, resolve: nowAsked } = Promise.withResolvers<unknown>();
  const { port } = await rawServer((socket) => socket.once("data", nowAsked).once("end", resolve));
  const check = httpCheck(`http://127.0.0.1:${port}/`, { timing: { ...quick, timeoutMs: 600_000 } });
  const { seen, abort } = monitor(check);
  await asked;
  abort();
  await closed;
  expect(seen()).toBe("");
});

test("log, file and none are not asked again", async () => {
  let reads = 0;
  const context = contextOf({
    readLog: async () => {
      reads += 1;
      return { text: "", nextOffset: 0 };
    },
  });
  const checks: HealthCheck[] = [
    { kind: "none" },
    { kind: "log", pattern: "x", timing: quick },
    { kind: "file", path: "/", timing: quick },
  ];
  const monitors = checks.map((check) => monitor(check, { context }));
  // Something else that is asked just as often shows that time has passed.
  const { url } = await flippingServer();
  const other = monitor(httpCheck(url, { timing: quick }));
  await expect.poll(other.seen).toMatch(/^o{5,}$/);
  expect(monitors.map(({ seen }) => seen())).toEqual(["", "", ""]);
  expect(reads).toBe(0);
});

test("probes of one service do not overlap, though they take longer than the interval", async () => {
  let open = 0;
  let most = 0;
  const { port } = await httpServer((_, response) => {
    open += 1;
    most = Math.max(most, open);
    setTimeout(() => {
      open -= 1;
      response.end();
    }, 20);
  });
  const { seen } = monitor(httpCheck(`http://127.0.0.1:${port}/`, { timing: quick }));
  await expect.poll(seen).toMatch(/^o{5,}$/);
  expect(most).toBe(1);
});

test("it does not keep the process alive", async () => {
  const module = new URL("../../../scripts/lib/health/monitor-health.ts", import.meta.url).href;
  const check = httpCheck("http://127.0.0.1:9/", { timing: { ...timing, intervalMs: 600_000 } });
  const script = `
    import { monitorHealth } from ${JSON.stringify(module)};
    const nothing = () => {};
    monitorHealth({ check: ${JSON.stringify(check)}, context: {}, signal: new AbortController().signal, onResult: nothing, onUnhealthy: nothing, onHealthy: nothing });
    console.log("monitoring");`;
  const run = await promisify(execFile)(process.execPath, ["--input-type=module", "-e", script]);
  expect(run.stdout).toBe("monitoring\n");
});
