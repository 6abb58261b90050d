/**
 * worker: takes jobs from Redis, one at a time, and writes back what it found.
 *
 * GET /health -> 200 only while Redis answers. A job that is being worked on when the worker is stopped is lost: a real queue would move it to a
 * list of its own (LMOVE) until it is done.
 */
import { setTimeout } from "node:timers/promises";
import { buildChain } from "./lib/build-chain.ts";
import { jobLifetimeSeconds, redisKeys } from "./lib/job.ts";
import { openRedis, pingRedis } from "./lib/open-redis.ts";
import { portOf } from "./lib/port-of.ts";
import { runProgram, wordsOf } from "./lib/run-program.ts";
import { HttpError, serveJson } from "./lib/serve-json.ts";

await runProgram("worker", async (log) => {
  const port = portOf("worker");
  const redis = openRedis({ log, waitWhenLost: false });
  // A blocking pop occupies its connection: it needs one of its own.
  const queue = openRedis({ log: () => undefined, waitWhenLost: true });
  const stopping = new AbortController();
  let jobsDone = 0;
  let current: string | null = null;

  async function takeJobs(): Promise<void> {
    while (!stopping.signal.aborted) {
      try {
        const popped = await queue.brPop(redisKeys.queue, 0);
        if (popped !== null) await work(popped.element);
      } catch (error) {
        if (stopping.signal.aborted) return;
        log(`job ${current ?? "queue"}: ${wordsOf(error)}`);
        await setTimeout(250);
      } finally {
        current = null;
      }
    }
  }

  async function work(id: string): Promise<void> {
    current = id;
    const key = redisKeys.job(id);
    const fields = await redis.hGetAll(key);
    if (fields["text"] === undefined) {
      log(`job ${id}: forgotten by Redis, skipped`);
      return;
    }
    await redis.hSet(key, { status: "running" });
    const since = performance.now();
    const chain = await buildChain({ text: fields["text"], difficulty: Number(fields["difficulty"] ?? 2) });
    const tookMs = Math.round(performance.now() - since);
    await redis.hSet(key, { status: "done", result: JSON.stringify({ ...chain, tookMs, workerPid: process.pid }) });
    await redis.expire(key, jobLifetimeSeconds);
    await redis.incr(redisKeys.done);
    jobsDone += 1;
    log(`job ${id}: ${chain.words} words, ${chain.blocks.length} blocks, ${chain.hashes} hashes in ${tookMs} ms`);
  }

  const server = await serveJson({
    port,
    log,
    answer: async (request) => {
      if (request.path !== "/health") throw new HttpError(404, "no such path: GET /health");
      const health = await pingRedis(redis);
      const body = { service: "worker", ok: health.ok, redis: health, current, jobsDone };
      return { status: health.ok ? 200 : 503, body };
    },
  });
  log(`listening on http://127.0.0.1:${port}, waiting for jobs`);
  const taking = takeJobs();
  return async () => {
    stopping.abort();
    // Ends the blocking pop at once, whatever its timeout.
    queue.destroy();
    await server.close();
    await taking;
    redis.destroy();
  };
});
