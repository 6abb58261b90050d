/**
 * backend: the HTTP API of the sample stack.
 *
 * POST /jobs {text, difficulty?} -> 202 {id} · GET /jobs/ID -> the job and, once done, its result · GET /health -> 200 only while Redis answers
 */
import { jobLifetimeSeconds, readJobOrder, redisKeys } from "./lib/job.ts";
import type { Redis } from "./lib/open-redis.ts";
import { openRedis, pingRedis } from "./lib/open-redis.ts";
import { portOf } from "./lib/port-of.ts";
import { runProgram, wordsOf } from "./lib/run-program.ts";
import type { JsonReply, JsonRequest } from "./lib/serve-json.ts";
import { HttpError, serveJson } from "./lib/serve-json.ts";

await runProgram("backend", async (log) => {
  const port = portOf("backend");
  const redis = openRedis({ log, waitWhenLost: false });

  async function answer(request: JsonRequest): Promise<JsonReply> {
    if (request.path === "/health") {
      const health = await pingRedis(redis);
      return { status: health.ok ? 200 : 503, body: { service: "backend", ok: health.ok, redis: health } };
    }
    if (request.path === "/jobs") {
      if (request.method !== "POST") throw new HttpError(405, "POST a job here");
      const reading = readJobOrder(await request.body());
      if (!reading.ok) throw new HttpError(400, reading.problem);
      const id = await orUnavailable(enqueue(redis, reading.order.text, reading.order.difficulty));
      log(`job ${id}: queued, ${reading.order.text.length} characters`);
      return { status: 202, body: { id, url: `/jobs/${id}` } };
    }
    const id = /^\/jobs\/(\d{1,15})$/.exec(request.path)?.[1];
    if (id === undefined) throw new HttpError(404, "no such path: POST /jobs, GET /jobs/ID, GET /health");
    if (request.method !== "GET") throw new HttpError(405, "GET a job here");
    const fields = await orUnavailable(redis.hGetAll(redisKeys.job(id)));
    if (fields["status"] === undefined) throw new HttpError(404, `no job ${id}`);
    const result: unknown = fields["result"] === undefined ? null : JSON.parse(fields["result"]);
    const { status, text } = fields;
    return { status: 200, body: { id, status, text, result } };
  }

  const server = await serveJson({ port, log, answer });
  log(`listening on http://127.0.0.1:${port}`);
  return async () => {
    await server.close();
    redis.destroy();
  };
});

async function enqueue(redis: Redis, text: string, difficulty: number): Promise<string> {
  const id = String(await redis.incr(redisKeys.nextId));
  const key = redisKeys.job(id);
  await redis.hSet(key, { status: "queued", text, difficulty: String(difficulty) });
  await redis.expire(key, jobLifetimeSeconds);
  await redis.lPush(redisKeys.queue, id);
  return id;
}

async function orUnavailable<T>(answer: Promise<T>): Promise<T> {
  try {
    return await answer;
  } catch (error) {
    throw new HttpError(503, `Redis does not answer: ${wordsOf(error)}`);
  }
}
