import { mkdtempSync, readFileSync, rmSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { createServer } from "node:net";
import { once } from "node:events";
import { describe, expect, onTestFinished, test } from "vitest";
import { freePort } from "../../support/free-port.ts";
import { requires } from "../../support/requires.ts";
import { runFolder } from "../../support/run-folder.ts";
import { until } from "../../support/until.ts";
import { RawRedis, request } from "./raw-redis.ts";
import { startProgram } from "./running-program.ts";

// examples/chainlens/redis.ts: which server runs, in which process, and how it ends.

/** A node without process.execve, as before 23.11. */
const withoutExecve = ["--import", "data:text/javascript,delete process.execve"];

function nameOf(pid: number): string {
  return readFileSync(`/proc/${pid}/comm`, "utf8").trim();
}

function childrenOf(pid: number): readonly number[] {
  const list = readFileSync(`/proc/${pid}/task/${pid}/children`, "utf8").trim();
  return list === "" ? [] : list.split(" ").map(Number);
}

/** A PATH on which no redis-server is. */
function emptyPath(): string {
  const folder = mkdtempSync(join(runFolder(), "path-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  return folder;
}

requires("redis-server")("where redis-server is installed", () => {
  test("it takes the launcher's place: same pid, no child", async () => {
    const port = freePort();
    await using redis = startProgram("redis", { CHAINLENS_REDIS_PORT: String(port) });
    await redis.says(/Ready to accept connections/);
    expect(redis.log()).toMatch(/ redis: real redis-server \d+\.\d+\.\d+ \(\/\S+\/redis-server\)\n/);
    expect(nameOf(redis.pid)).toBe("redis-server");
    expect(childrenOf(redis.pid)).toEqual([]);
    await using client = await RawRedis.connect(port);
    expect(
      await client.ask([
        ["CONFIG", "GET", "save"],
        ["CONFIG", "GET", "bind"],
      ]),
    ).toEqual(["*2\r\n$4\r\nsave\r\n$0\r\n\r\n", "*2\r\n$4\r\nbind\r\n$9\r\n127.0.0.1\r\n"]);
    redis.kill("SIGTERM");
    expect(await redis.ended).toEqual({ code: 0, signal: null });
  });

  test("an older Node stays as its parent and hands signals and the exit code on", async () => {
    await using redis = startProgram("redis", { CHAINLENS_REDIS_PORT: String(freePort()) }, withoutExecve);
    await redis.says(/Ready to accept connections/);
    const [child = 0, ...others] = childrenOf(redis.pid);
    expect([nameOf(child), others]).toEqual(["redis-server", []]);
    redis.kill("SIGTERM");
    expect(await redis.ended).toEqual({ code: 0, signal: null });
    expect(redis.log()).toContain("Received SIGTERM scheduling shutdown");
  });

  test("an older Node ends by the signal redis-server ended by", async () => {
    await using redis = startProgram("redis", { CHAINLENS_REDIS_PORT: String(freePort()) }, withoutExecve);
    await redis.says(/Ready to accept connections/);
    process.kill(childrenOf(redis.pid)[0] ?? 0, "SIGKILL");
    expect(await redis.ended).toEqual({ code: null, signal: "SIGKILL" });
  });

  test.each([
    ["in the launcher's place", []],
    ["as its child", withoutExecve],
  ])("a taken port is redis-server's own failure, %s", async (_, flags) => {
    const holder = createServer().listen(freePort(), "127.0.0.1");
    await once(holder, "listening");
    onTestFinished(() => void holder.close());
    const address = holder.address();
    const port = typeof address === "object" ? String(address?.port) : "";
    await using redis = startProgram("redis", { CHAINLENS_REDIS_PORT: port }, flags);
    expect(await redis.ended).toEqual({ code: 1, signal: null });
    expect(redis.log()).toContain("Address already in use");
  });
});

describe("where redis-server is not installed", () => {
  test("the embedded server says so and serves", async () => {
    const port = freePort();
    await using redis = startProgram("redis", { CHAINLENS_REDIS_PORT: String(port), PATH: emptyPath() });
    await redis.says(/ redis: listening on 127\.0\.0\.1:/);
    expect(redis.log()).toContain(" redis: redis-server is not installed; using the embedded server\n");
    await using client = await RawRedis.connect(port);
    expect(await client.ask([["PING"]])).toEqual(["+PONG\r\n"]);
  });

  test("a redis-server that cannot even say its version does not count", async () => {
    const path = emptyPath();
    symlinkSync("/bin/false", join(path, "redis-server"));
    await using redis = startProgram("redis", { CHAINLENS_REDIS_PORT: String(freePort()), PATH: path });
    await redis.says(/redis-server is not installed; using the embedded server/);
  });

  test("CHAINLENS_REDIS=real is a failure that says what to do", async () => {
    const env = { CHAINLENS_REDIS_PORT: String(freePort()), CHAINLENS_REDIS: "real", PATH: emptyPath() };
    await using redis = startProgram("redis", env);
    expect(await redis.ended).toEqual({ code: 1, signal: null });
    expect(redis.log()).toMatch(/CHAINLENS_REDIS=real, but redis-server is not installed \(.*apt-get install/);
  });
});

describe("the embedded server", () => {
  test("stops at SIGTERM at once, whoever waits in a blocking pop", async () => {
    const port = freePort();
    await using redis = startProgram("redis", { CHAINLENS_REDIS: "embedded", CHAINLENS_REDIS_PORT: String(port) });
    await redis.says(/listening/);
    expect(redis.log()).toContain("using the embedded server, as CHAINLENS_REDIS=embedded asks");
    await using client = await RawRedis.connect(port);
    await client.ask([["PING"]]);
    client.write(request(["BRPOP", "nothing", "0"]));
    redis.kill("SIGTERM");
    expect(await redis.ended).toEqual({ code: 0, signal: null });
    await until(() => client.isClosed(), "the client's connection is closed");
    expect(redis.log()).toMatch(/redis: SIGTERM: stopped in \d+ ms\n$/);
  });

  test.each([
    [{ CHAINLENS_REDIS: "other" }, /CHAINLENS_REDIS=other means nothing: auto, real or embedded/],
    [{ CHAINLENS_REDIS: "embedded", CHAINLENS_REDIS_PORT: "" }, /CHAINLENS_REDIS_PORT is not set/],
    [{ CHAINLENS_REDIS: "embedded", CHAINLENS_REDIS_PORT: "70000" }, /CHAINLENS_REDIS_PORT=70000 is no port/],
  ])("%j is one line in the log and exit code 1", async (env, line) => {
    await using redis = startProgram("redis", env);
    expect(await redis.ended).toEqual({ code: 1, signal: null });
    expect(redis.log()).toMatch(line);
    expect(redis.log().trim().split("\n")).toHaveLength(1);
  });
});
