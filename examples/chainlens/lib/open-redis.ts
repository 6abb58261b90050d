import { createClient } from "redis";
import type { Log } from "./log.ts";
import { portOf } from "./port-of.ts";
import { wordsOf } from "./run-program.ts";

export type Redis = ReturnType<typeof createRedisClient>;

export type RedisHealth =
  | { readonly ok: true; readonly latencyMs: number }
  | { readonly ok: false; readonly reason: string };

/** A Redis that is frozen rather than dead accepts connections and never answers. */
const pingDeadlineMs = 1_000;

/**
 * Opens a connection to the stack's Redis and keeps it: after a loss it tries again in 50 ms, then twice as late each time, up to 1 s.
 *
 * Returns at once, connected or not. The log says when Redis is found, lost and back, not every attempt.
 *
 * @param options `waitWhenLost`: commands given while Redis is away wait for it; otherwise they fail at once, which an HTTP API wants.
 */
export function openRedis(options: { readonly log: Log; readonly waitWhenLost: boolean }): Redis {
  const port = portOf("redis");
  const client = createRedisClient(port, options.waitWhenLost);
  let isReported = false;
  client.on("ready", () => {
    options.log(`connected to Redis on port ${port}`);
    isReported = false;
  });
  client.on("error", (error) => {
    if (isReported) return;
    isReported = true;
    options.log(`Redis on port ${port} is away (${wordsOf(error)}), trying again until it answers`);
  });
  // The promise settles when the client is destroyed before it ever connected; errors were reported above.
  client.connect().catch(() => undefined);
  return client;
}

function createRedisClient(port: number, waitWhenLost: boolean) {
  return createClient({
    socket: { host: "127.0.0.1", port, reconnectStrategy: (retries) => Math.min(50 * 2 ** retries, 1_000) },
    disableOfflineQueue: !waitWhenLost,
  });
}

/** Asks Redis for a PONG; never throws, answers within a second. */
export async function pingRedis(client: Redis): Promise<RedisHealth> {
  if (!client.isReady) return { ok: false, reason: "not connected" };
  const since = performance.now();
  const deadline = Promise.withResolvers<never>();
  const timer = setTimeout(() => deadline.reject(new Error(`no answer in ${pingDeadlineMs} ms`)), pingDeadlineMs);
  try {
    await Promise.race([client.ping(), deadline.promise]);
    return { ok: true, latencyMs: Math.round(performance.now() - since) };
  } catch (error) {
    return { ok: false, reason: wordsOf(error) };
  } finally {
    clearTimeout(timer);
  }
}
