import { createHash } from "node:crypto";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { connect } from "node:net";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { until } from "../../support/until.ts";
import { RawRedis } from "./raw-redis.ts";
import { project, type RunningProgram, stackEnvironment, stackPorts, startProgram } from "./running-program.ts";

// The programs of examples/chainlens as they are, without Groundswell: each a real process, on ports of its own.

const ports = stackPorts();
const env = { ...stackEnvironment(ports), CHAINLENS_REDIS: "embedded" };
const origin = (name: keyof typeof ports): string => `http://127.0.0.1:${ports[name]}`;
const running = new Map<keyof typeof ports, RunningProgram>();

function start(name: keyof typeof ports): RunningProgram {
  const program = startProgram(name, env);
  running.set(name, program);
  return program;
}

beforeAll(async () => {
  for (const name of ["redis", "backend", "worker", "frontend", "monitor"] as const) start(name);
  await until(async () => (await statusOf(`${origin("monitor")}/health`)) === 200, story, 60_000);
}, 60_000);

afterAll(async () => {
  for (const program of running.values()) await program[Symbol.asyncDispose]();
});

function story(): string {
  return `all programs are healthy\n${[...running.values()].map((program) => program.log()).join("\n")}`;
}

async function statusOf(url: string): Promise<number | null> {
  try {
    return (await fetch(url)).status;
  } catch {
    return null;
  }
}

interface Job {
  readonly status: string;
  readonly text: string;
  readonly result: {
    readonly words: number;
    readonly distinctWords: number;
    readonly mostFrequent: readonly { readonly word: string; readonly count: number }[];
    readonly blocks: readonly { readonly word: string; readonly nonce: number; readonly hash: string }[];
    readonly workerPid: number;
  } | null;
}

/** Posts a job and waits until it is done. */
async function doneJob(jobs: string, order: { text: string; difficulty?: number }): Promise<Job> {
  const response = await fetch(jobs, { method: "POST", body: JSON.stringify(order) });
  const { id }: { id: string } = JSON.parse(await response.text());
  return await until(async () => {
    const job: Job = JSON.parse(await (await fetch(`${jobs}/${id}`)).text());
    return job.status === "done" ? job : null;
  }, `job ${id} is done`);
}

describe("through the frontend's origin", () => {
  test("a job comes back with its words counted and a chain that holds", async () => {
    const text = "The wave follows the wave. Naïve? 波!";
    const job = await doneJob(`${origin("frontend")}/api/jobs`, { text, difficulty: 2 });
    expect(job.text).toBe(text);
    expect(job.result).toMatchObject({ words: 7, distinctWords: 5, workerPid: running.get("worker")?.pid });
    expect(job.result?.mostFrequent.slice(0, 2)).toEqual([
      { word: "the", count: 2 },
      { word: "wave", count: 2 },
    ]);
    let previous = "0".repeat(64);
    for (const { word, nonce, hash } of job.result?.blocks ?? []) {
      expect(hash).toBe(createHash("sha256").update(`${previous}${word}${nonce}`).digest("hex"));
      expect(hash).toMatch(/^00/);
      previous = hash;
    }
    expect(job.result?.blocks.map(({ word }) => word)).toEqual([
      "the",
      "wave",
      "follows",
      "the",
      "wave",
      "naïve",
      "波",
    ]);
  });

  test("the page and what it loads come from this origin alone", async () => {
    const page = await (await fetch(`${origin("frontend")}/`)).text();
    expect(page).toContain("<title>Chainlens</title>");
    for (const path of ["/", "/page.js", "/style.css", "/favicon.svg"]) {
      const response = await fetch(origin("frontend") + path);
      const text = await response.text();
      expect(response.status, path).toBe(200);
      expect(text.replaceAll("http://www.w3.org/2000/svg", ""), path).not.toMatch(/https?:\/\/|url\(\s*['"]?\/\//);
    }
    expect(await statusOf(`${origin("frontend")}/no-such-page`)).toBe(404);
  });

  test("the state of the stack is there too", async () => {
    const summary: { healthy: boolean; services: object } = JSON.parse(
      await (await fetch(`${origin("frontend")}/monitor/summary`)).text(),
    );
    expect(Object.keys(summary.services).toSorted()).toEqual(["backend", "frontend", "redis", "worker"]);
  });
});

describe("the backend answers", () => {
  const post = async (body: string | Uint8Array<ArrayBuffer>) => {
    const response = await fetch(`${origin("backend")}/jobs`, { method: "POST", body });
    return { status: response.status, error: JSON.parse(await response.text()).error };
  };

  test.each([
    ["no JSON", "{bad", 400, "the body is no JSON"],
    ["no UTF-8", new Uint8Array([0x22, 0xff, 0x22]), 400, "the body is no JSON"],
    ["nothing", "", 400, "the body is no JSON"],
    ["no object", "[]", 400, /must be an object/],
    ["no text", "{}", 400, "text must be a string"],
    ["no words", '{"text": " !? "}', 400, "text holds no words"],
    ["a long text", JSON.stringify({ text: "a ".repeat(1001) }), 400, "text is longer than 2000 characters"],
    ["a hard job", '{"text": "a", "difficulty": 4}', 400, "difficulty must be 0, 1, 2 or 3"],
    ["a large body", JSON.stringify({ text: "a ".repeat(40_000) }), 413, /longer than 65536 bytes/],
  ])("%s", async (_, body, status, error) => {
    expect(await post(body)).toEqual({
      status,
      error: typeof error === "string" ? error : expect.stringMatching(error),
    });
  });

  test.each([
    ["GET", "/jobs", 405],
    ["DELETE", "/jobs/1", 405],
    ["GET", "/jobs/999999", 404],
    ["GET", "/jobs/1/2", 404],
    ["GET", "/jobs/__proto__", 404],
    ["GET", "/", 404],
  ])("%s %s with %i", async (method, path, status) => {
    expect((await fetch(origin("backend") + path, { method })).status).toBe(status);
  });
});

test("every program listens on 127.0.0.1 and nowhere else", () => {
  const listening = ["/proc/net/tcp", "/proc/net/tcp6"].flatMap((table) =>
    readFileSync(table, "latin1")
      .split("\n")
      .map((line) => line.trim().split(/\s+/))
      .filter(([, , , state]) => state === "0A")
      .map(([, local = ""]) => ({
        address: local.split(":")[0],
        port: Number.parseInt(local.split(":")[1] ?? "", 16),
      })),
  );
  for (const port of Object.values(ports)) {
    expect(listening.filter((one) => one.port === port)).toEqual([{ address: "0100007F", port }]);
  }
});

test("services.yaml names exactly these programs and their ports", () => {
  const text = readFileSync(join(project, "services.yaml"), "utf8");
  for (const name of Object.keys(ports)) {
    expect(text).toMatch(
      new RegExp(`CHAINLENS_${name.toUpperCase()}_PORT: "\\$\\{CHAINLENS_${name.toUpperCase()}_PORT:-\\d{4}\\}"`),
    );
    if (name !== "frontend") expect(text).toContain(`[node, examples/chainlens/${name}.ts]`);
  }
});

// From here on programs die; what comes later finds them back.

test("a worker told to stop finishes the job in its hands, and a blocking pop does not hold it", async () => {
  await using redis = await RawRedis.connect(ports.redis);
  const order = { text: "word ".repeat(40), difficulty: 3 };
  const response = await fetch(`${origin("backend")}/jobs`, { method: "POST", body: JSON.stringify(order) });
  const { id }: { id: string } = JSON.parse(await response.text());
  const status = async () => (await redis.ask([["HGET", `chainlens:job:${id}`, "status"]]))[0];
  await until(async () => (await status()) === "$7\r\nrunning\r\n", "the job is running");
  running.get("worker")?.kill("SIGTERM");
  expect(await running.get("worker")?.ended).toEqual({ code: 0, signal: null });
  expect(await status()).toBe("$4\r\ndone\r\n");
  const second = start("worker");
  await second.says(/connected to Redis/);
  await until(async () => (await statusOf(`${origin("monitor")}/health`)) === 200, "all are healthy again");
  second.kill("SIGTERM");
  expect(await second.ended).toEqual({ code: 0, signal: null });
  await start("worker").says(/connected to Redis/);
});

test("without Redis /health is 503 everywhere and a job is refused; when it is back, so are they", async () => {
  const health = async () => {
    const names = ["backend", "worker", "monitor"] as const;
    return await Promise.all(names.map((name) => statusOf(`${origin(name)}/health`)));
  };
  await until(async () => (await health()).join() === "200,200,200", "all are healthy");
  running.get("redis")?.kill("SIGKILL");
  await until(async () => (await health()).join() === "503,503,503", "all say that Redis is away");
  const refused = await fetch(`${origin("frontend")}/api/jobs`, { method: "POST", body: '{"text": "a"}' });
  expect([refused.status, await refused.text()]).toEqual([503, expect.stringContaining("Redis does not answer")]);
  const { error, redis }: { error?: string; redis: unknown } = JSON.parse(
    await (await fetch(`${origin("backend")}/health`)).text(),
  );
  expect([error, redis]).toEqual([undefined, { ok: false, reason: "not connected" }]);
  start("redis");
  await until(async () => (await health()).join() === "200,200,200", "all have found Redis again");
  const job = await doneJob(`${origin("frontend")}/api/jobs`, { text: "again" });
  expect(job.result?.words).toBe(1);
  const lines = running.get("backend")?.log().split("\n") ?? [];
  expect(lines.filter((line) => line.includes("is away"))).toHaveLength(1);
});

test("a Redis that is frozen makes /health 503, not silent", async () => {
  running.get("redis")?.kill("SIGSTOP");
  const response = await fetch(`${origin("backend")}/health`);
  expect([response.status, await response.text()]).toEqual([503, expect.stringContaining("no answer in 1000 ms")]);
  running.get("redis")?.kill("SIGCONT");
  await until(async () => (await statusOf(`${origin("backend")}/health`)) === 200, "the backend is healthy again");
});

test.each(["backend", "worker", "monitor"] as const)("a %s whose port is taken says so and fails", async (name) => {
  await using second = startProgram(name, env);
  expect(await second.ended).toEqual({ code: 1, signal: null });
  expect(second.log()).toContain(`${name}: cannot start: port ${ports[name]} is taken by another process`);
});

test("all end at SIGTERM, with connections open", async () => {
  const idle = connect({ port: ports.backend, host: "127.0.0.1" });
  idle.on("error", () => undefined);
  await once(idle, "connect");
  for (const program of running.values()) program.kill("SIGTERM");
  for (const [name, program] of running) {
    // Vite says 128 + 15 instead.
    expect([name, await program.ended]).toEqual([name, { code: name === "frontend" ? 143 : 0, signal: null }]);
  }
  idle.destroy();
});
