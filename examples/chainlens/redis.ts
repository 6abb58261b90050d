/**
 * redis: the Redis of the sample stack, without persistence, on 127.0.0.1.
 *
 * The real redis-server when it is installed, else a small one written for this sample. CHAINLENS_REDIS=real or embedded insists on one.
 */
import { startEmbeddedRedis } from "./embedded-redis/start-embedded-redis.ts";
import { findRealRedis } from "./lib/find-real-redis.ts";
import { logAs } from "./lib/log.ts";
import { portOf } from "./lib/port-of.ts";
import { replaceProcess } from "./lib/replace-process.ts";
import { runProgram, wordsOf } from "./lib/run-program.ts";

const log = logAs("redis");

function fail(reason: string): void {
  log(reason);
  process.exitCode = 1;
}

async function start(): Promise<void> {
  const choice = process.env["CHAINLENS_REDIS"] || "auto";
  if (choice !== "auto" && choice !== "real" && choice !== "embedded") {
    return fail(`CHAINLENS_REDIS=${choice} means nothing: auto, real or embedded`);
  }
  const port = portOf("redis");
  const real = choice === "embedded" ? null : findRealRedis();
  if (real !== null) {
    log(`real redis-server ${real.version} (${real.file})`);
    const flags = ["--port", String(port), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no"];
    return replaceProcess(real.file, flags, (reason) => fail(`cannot start ${real.file}: ${reason}`));
  }
  if (choice === "real") {
    return fail(
      "CHAINLENS_REDIS=real, but redis-server is not installed (Debian, Ubuntu: apt-get install redis-server)",
    );
  }
  log(
    choice === "embedded"
      ? "using the embedded server, as CHAINLENS_REDIS=embedded asks"
      : "redis-server is not installed; using the embedded server",
  );
  await runProgram("redis", async () => {
    const server = await startEmbeddedRedis(port);
    log(`listening on 127.0.0.1:${port}`);
    return server.close;
  });
}

try {
  await start();
} catch (error) {
  fail(`cannot start: ${wordsOf(error)}`);
}
