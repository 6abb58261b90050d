/**
 * monitor: asks every other program of the stack how it is, at least twice a second.
 *
 * GET /health -> 200 only while all of them are healthy · GET /summary -> each one's state, and how many jobs wait and are done
 */
import { once } from "node:events";
import { redisKeys } from "./lib/job.ts";
import { openRedis, pingRedis } from "./lib/open-redis.ts";
import { portOf } from "./lib/port-of.ts";
import type { Finding } from "./lib/probe-http.ts";
import { probeHttp } from "./lib/probe-http.ts";
import { runProgram } from "./lib/run-program.ts";
import { HttpError, serveJson } from "./lib/serve-json.ts";

/** How long after a round of questions the next one begins: sooner while something is wrong, to see it come back. */
const pollEveryMs = { healthy: 500, unhealthy: 100 };

await runProgram("monitor", async (log) => {
  const port = portOf("monitor");
  const redis = openRedis({ log, waitWhenLost: false });
  const probes: Readonly<Record<string, () => Promise<Finding>>> = {
    redis: async () => {
      const health = await pingRedis(redis);
      return health.ok
        ? { ok: true, latencyMs: health.latencyMs, message: "PONG" }
        : { ok: false, message: health.reason };
    },
    backend: () => probeHttp(`http://127.0.0.1:${portOf("backend")}/health`),
    worker: () => probeHttp(`http://127.0.0.1:${portOf("worker")}/health`),
    frontend: () => probeHttp(`http://127.0.0.1:${portOf("frontend")}/`),
  };
  const findings = new Map<string, Finding>();
  const isHealthy = (): boolean => Object.keys(probes).every((name) => findings.get(name)?.ok === true);

  async function poll(): Promise<void> {
    await Promise.all(
      Object.entries(probes).map(async ([name, ask]) => {
        const finding = await ask();
        const was = findings.get(name)?.ok;
        findings.set(name, finding);
        if (was !== finding.ok) log(`${name} is ${finding.ok ? "healthy" : `not healthy: ${finding.message}`}`);
      }),
    );
    timer = setTimeout(() => void poll(), isHealthy() ? pollEveryMs.healthy : pollEveryMs.unhealthy);
  }

  async function countJobs(): Promise<{ waiting: number; done: number } | null> {
    try {
      const [waiting, done] = await Promise.all([redis.lLen(redisKeys.queue), redis.get(redisKeys.done)]);
      return { waiting, done: Number(done ?? 0) };
    } catch {
      return null;
    }
  }

  const server = await serveJson({
    port,
    log,
    answer: async (request) => {
      const services = Object.fromEntries(findings);
      if (request.path === "/health") {
        return { status: isHealthy() ? 200 : 503, body: { service: "monitor", ok: isHealthy(), services } };
      }
      if (request.path !== "/summary") throw new HttpError(404, "no such path: GET /health, GET /summary");
      return { status: 200, body: { healthy: isHealthy(), services, jobs: await countJobs() } };
    },
  });
  log(`listening on http://127.0.0.1:${port}`);
  let timer: NodeJS.Timeout | undefined;
  // The first question would find Redis "not connected" only because nobody has waited for it.
  void once(redis, "ready", { signal: AbortSignal.timeout(500) })
    .catch(() => undefined)
    .then(poll);
  return async () => {
    clearTimeout(timer);
    redis.destroy();
    await server.close();
  };
});
