import { cpSync, readdirSync, readFileSync, symlinkSync } from "node:fs";
import { createServer } from "node:net";
import { once } from "node:events";
import { join } from "node:path";
import { describe, expect, onTestFinished, test, vi } from "vitest";
import { freePort } from "../support/free-port.ts";
import { type Census, isAlive, look } from "../support/processes.ts";
import { requires } from "../support/requires.ts";
import { until } from "../support/until.ts";
import { type Workspace, workspace } from "../support/workspace.ts";

// The stack a newcomer meets first: services.yaml of this repository and examples/shell, started and stopped as the README says.

const project = join(import.meta.dirname, "../..");
const cycles = 20;
// Six Node processes a start: seconds on an idle machine, a minute on one that builds beside it.
vi.setConfig({ testTimeout: 240_000 });
const names = ["redis", "backend", "worker", "frontend", "monitor"] as const;

type Ports = Readonly<Record<(typeof names)[number], number>>;

/** A copy of the sample on ports of its own; the packages are those of this checkout. */
async function sample(env: Readonly<Record<string, string>>): Promise<{ dev: Workspace; ports: Ports }> {
  const ports = {
    redis: freePort(),
    backend: freePort(),
    worker: freePort(),
    frontend: freePort(),
    monitor: freePort(),
  };
  const variables = names.map((name) => [`CHAINLENS_${name.toUpperCase()}_PORT`, String(ports[name])]);
  const yaml = readFileSync(join(project, "services.yaml"), "utf8");
  const dev = await workspace(yaml, { env: { ...Object.fromEntries(variables), ...env } });
  cpSync(join(project, "examples"), dev.path("examples"), { recursive: true });
  symlinkSync(join(project, "node_modules"), dev.path("node_modules"));
  return { dev, ports };
}

/** The services' processes, what they started, and what shares a session with them: found in /proc, whatever the product thinks. */
async function populationOf(dev: Workspace): Promise<readonly Census[]> {
  const { services } = await dev.status();
  const found = new Map<number, Census>();
  const sessions = new Set<number>();
  const rows = readdirSync("/proc").flatMap((entry) => (/^\d+$/.test(entry) ? (look(Number(entry)) ?? []) : []));
  for (const { pid } of [...services, ...dev.strays()]) {
    const row = pid === null ? null : look(pid);
    if (row === null) continue;
    found.set(row.pid, row);
    sessions.add(row.session);
  }
  for (let before = -1; before !== found.size;) {
    before = found.size;
    for (const row of rows) if (found.has(row.ppid) || sessions.has(row.session)) found.set(row.pid, row);
  }
  return [...found.values()];
}

async function stopAndCount(dev: Workspace, ports: Readonly<Record<string, number>>): Promise<void> {
  const population = await populationOf(dev);
  expect(population.length).toBeGreaterThanOrEqual(5);
  await dev.stopAll();
  expect(population.filter(isAlive), dev.story()).toEqual([]);
  expect(await listenersOn(Object.values(ports))).toEqual([]);
  expect(readdirSync(dev.path("pids"))).toEqual([]);
}

async function listenersOn(ports: readonly number[]): Promise<readonly number[]> {
  const lines = ["/proc/net/tcp", "/proc/net/tcp6"].flatMap((table) => readFileSync(table, "latin1").split("\n"));
  const fields = lines.map((line) => line.trim().split(/\s+/));
  const listening = fields.flatMap(([, local = "", , state]) =>
    state === "0A" ? [Number.parseInt(local.slice(local.indexOf(":") + 1), 16)] : [],
  );
  return ports.filter((port) => listening.includes(port));
}

async function phases(dev: Workspace): Promise<Record<string, string>> {
  const { services } = await dev.status();
  return Object.fromEntries(services.map(({ name, phase }) => [name, phase]));
}

async function firstWord(origin: string, text: string): Promise<string> {
  const posted = await fetch(`${origin}/api/jobs`, { method: "POST", body: JSON.stringify({ text }) });
  const { id }: { id: string } = JSON.parse(await posted.text());
  return await until(async () => {
    const answer = await (await fetch(`${origin}/api/jobs/${id}`)).text();
    const job: { status: string; result: { blocks: { word: string }[] } | null } = JSON.parse(answer);
    return job.status === "done" ? job.result?.blocks[0]?.word : null;
  }, `job ${id} is done`);
}

const waves = { redis: 0, backend: 1, worker: 2, frontend: 2, monitor: 3 };
const allReady = { redis: "ready", backend: "ready", worker: "ready", frontend: "ready", monitor: "ready" };

function suite(redis: "real" | "embedded", firstLine: RegExp): void {
  test("starts in waves 0 to 3, does a job through the frontend's origin, stops and leaves nothing", async () => {
    const { dev, ports } = await sample({ CHAINLENS_REDIS: redis });
    await using _ = dev;
    const start = await dev.run("start_dev");
    expect(start.exitCode, dev.story()).toBe(0);
    const { services, summary } = await dev.status();
    expect(Object.fromEntries(services.map(({ name, wave }) => [name, wave]))).toEqual(waves);
    expect(Object.fromEntries(services.map(({ name, ports: [port] }) => [name, port]))).toEqual(ports);
    expect(summary).toEqual({ total: 5, ready: 5, failed: 0 });
    const startedAt = (name: string) => services.find((one) => one.name === name)?.startedAt ?? Number.NaN;
    expect(startedAt("redis")).toBeLessThan(startedAt("backend"));
    expect(startedAt("backend")).toBeLessThan(Math.min(startedAt("worker"), startedAt("frontend")));
    expect(Math.max(startedAt("worker"), startedAt("frontend"))).toBeLessThan(startedAt("monitor"));
    expect(await firstWord(`http://127.0.0.1:${ports.frontend}`, "Wave after wave")).toBe("wave");
    expect(dev.read("logs/redis.log").split("\n")[0]).toMatch(firstLine);
    await stopAndCount(dev, ports);
    // Each had the time to end by itself.
    for (const name of ["backend", "worker", "monitor"]) {
      expect(dev.read(`logs/${name}.log`)).toMatch(/SIGTERM: stopped in \d+ ms\n$/);
    }
  });

  test(`${cycles} starts and stops, each complete`, { timeout: 1_200_000 }, async () => {
    const { dev, ports } = await sample({ CHAINLENS_REDIS: redis });
    await using _ = dev;
    let complete = 0;
    for (let cycle = 1; cycle <= cycles; cycle += 1) {
      const start = await dev.run("start_dev");
      expect({ cycle, exitCode: start.exitCode }, dev.story()).toEqual({ cycle, exitCode: 0 });
      expect({ cycle, ...(await phases(dev)) }).toEqual({ cycle, ...allReady });
      expect((await fetch(`http://127.0.0.1:${ports.monitor}/health`)).status).toBe(200);
      await stopAndCount(dev, ports);
      complete += 1;
    }
    process.stdout.write(
      `sample stack, ${redis} Redis: ${complete} of ${cycles} starts and stops complete, nothing left\n`,
    );
    expect(complete).toBe(cycles);
  });
}

requires("redis-server")("the sample stack with the real redis-server", () => {
  suite("real", / redis: real redis-server \d+\.\d+\.\d+ /);
});

describe("the sample stack with the embedded Redis", () => {
  suite("embedded", / redis: using the embedded server, as CHAINLENS_REDIS=embedded asks$/);
});

describe("broken on purpose, as examples/README.md says", () => {
  const untilPhases = async (dev: Workspace, wanted: Readonly<Record<string, string>>) => {
    await until(
      async () => JSON.stringify(await phases(dev)) === JSON.stringify(wanted),
      () => `${JSON.stringify(wanted)}\n${dev.story()}`,
    );
  };
  const pidsOf = async (dev: Workspace, ...but: readonly string[]) => {
    const { services } = await dev.status();
    return services.flatMap(({ name, pid }) => (but.includes(name) ? [] : [`${name} ${pid}`]));
  };

  test("Redis killed: the others live on, unhealthy, and find it again when it alone is started", async () => {
    const { dev, ports } = await sample({});
    await using _ = dev;
    expect((await dev.run("start_dev")).exitCode, dev.story()).toBe(0);
    const before = await pidsOf(dev, "redis");
    process.kill((await dev.statusOf("redis")).pid ?? 0, "SIGKILL");
    const unhealthy = { backend: "unhealthy", worker: "unhealthy", monitor: "unhealthy" };
    await untilPhases(dev, { ...allReady, redis: "failed", ...unhealthy });
    expect((await dev.run("start_dev", "redis")).exitCode, dev.story()).toBe(0);
    await untilPhases(dev, allReady);
    expect(await pidsOf(dev, "redis")).toEqual(before);
    await stopAndCount(dev, ports);
  });

  test("the worker killed: its job waits until start_dev heals it, and only what is broken", async () => {
    const { dev, ports } = await sample({});
    await using _ = dev;
    expect((await dev.run("start_dev")).exitCode, dev.story()).toBe(0);
    const before = await pidsOf(dev, "worker", "monitor");
    process.kill((await dev.statusOf("worker")).pid ?? 0, "SIGKILL");
    await untilPhases(dev, { ...allReady, worker: "failed", monitor: "unhealthy" });
    const job = firstWord(`http://127.0.0.1:${ports.frontend}`, "nobody is here");
    expect((await dev.run("start_dev")).exitCode, dev.story()).toBe(0);
    expect(await job).toBe("nobody");
    await untilPhases(dev, allReady);
    expect(await pidsOf(dev, "worker", "monitor")).toEqual(before);
    await stopAndCount(dev, ports);
  });

  test("a port taken: the backend fails naming who holds it, what needs it is skipped", async () => {
    const { dev, ports } = await sample({});
    await using _ = dev;
    const holder = createServer().listen(ports.backend, "127.0.0.1");
    await once(holder, "listening");
    onTestFinished(() => void holder.close());
    const start = await dev.run("start_dev");
    expect(start.exitCode, dev.story()).toBe(2);
    expect(start.stdout + start.stderr).toMatch(new RegExp(`${ports.backend}[^\\n]*\\b${process.pid}\\b`));
    const skipped = { worker: "skipped", frontend: "skipped", monitor: "skipped" };
    expect(await phases(dev)).toEqual({ redis: "ready", backend: "failed", ...skipped });
    await new Promise((resolve) => holder.close(resolve));
    expect((await dev.run("start_dev")).exitCode, dev.story()).toBe(0);
    await stopAndCount(dev, ports);
  });
});

test("examples/shell: tasks complete, services are ready, waves as its comment says", async () => {
  await using dev = await workspace(readFileSync(join(project, "examples/shell/services.yaml"), "utf8"));
  const start = await dev.run("start_dev");
  expect(start.exitCode, dev.story()).toBe(0);
  const { services } = await dev.status();
  const row = ({ name, wave, phase }: (typeof services)[number]) => `${wave} ${name} ${phase}`;
  expect(services.map(row).toSorted()).toEqual([
    "0 prepare completed",
    "1 clock ready",
    "1 kitchen ready",
    "2 menu completed",
    "3 waiter ready",
  ]);
  expect(dev.read("logs/waiter.log")).toBe("welcome, today: soup\n");
  await dev.stopAll();
  expect(dev.read("logs/kitchen.log")).toMatch(/\nclosed\n$/);
  // Between the two, some shells note that their sleep was terminated.
  expect(dev.read("logs/waiter.log")).toMatch(/^welcome, today: soup\n(?:.*\n)*good night\n$/);
  expect(dev.has("scratch/kitchen.open")).toBe(false);
});
