import { array, assert as assertProperty, asyncProperty, nat } from "fast-check";
import { createClient } from "redis";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { freePort } from "../../support/free-port.ts";
import { until } from "../../support/until.ts";
import { RawRedis, request } from "./raw-redis.ts";
import { type RunningProgram, startProgram } from "./running-program.ts";

// The embedded Redis of the sample stack, as the process it is, asked by the npm client and byte by byte.

let port = 0;
let embedded: RunningProgram;

beforeAll(async () => {
  port = freePort();
  embedded = startProgram("redis", { CHAINLENS_REDIS: "embedded", CHAINLENS_REDIS_PORT: String(port) });
  await embedded.says(/listening on 127\.0\.0\.1/);
});

afterAll(async () => {
  await embedded[Symbol.asyncDispose]();
});

/** Every test has keys of its own: they share one server. */
let keys = 0;
function freshKey(): string {
  keys += 1;
  return `key-${keys}`;
}

describe.each([2, 3] as const)("the npm client redis over RESP%i", (RESP) => {
  async function connected() {
    const client = createClient({ socket: { host: "127.0.0.1", port, reconnectStrategy: false }, RESP });
    const problems: unknown[] = [];
    client.on("error", (error) => problems.push(error));
    await client.connect();
    return { client, problems, [Symbol.asyncDispose]: async () => client.destroy() };
  }

  test("strings, counters, expiry", async () => {
    await using one = await connected();
    const { client } = one;
    const [key, counter] = [freshKey(), freshKey()];
    expect(await client.ping()).toBe("PONG");
    expect(await client.get(key)).toBeNull();
    expect(await client.set(key, "Straße 🌊\r\n")).toBe("OK");
    expect(await client.get(key)).toBe("Straße 🌊\r\n");
    expect([await client.incr(counter), await client.incr(counter)]).toEqual([1, 2]);
    expect(await client.expire(key, 100)).toBe(1);
    expect(await client.ttl(key)).toBe(100);
    expect(await client.expire(key, -1)).toBe(1);
    expect(await client.exists(key)).toBe(0);
    expect(await client.del([counter, key])).toBe(1);
    expect(one.problems).toEqual([]);
  });

  test("a key set for a few milliseconds is gone after them", async () => {
    await using one = await connected();
    const key = freshKey();
    await one.client.set(key, "soon gone", { expiration: { type: "PX", value: 30 } });
    await until(async () => (await one.client.get(key)) === null, "the key has expired");
  });

  test("hashes come back as objects", async () => {
    await using one = await connected();
    const key = freshKey();
    expect(await one.client.hGetAll(key)).toEqual({});
    expect(await one.client.hSet(key, { status: "queued", text: "" })).toBe(2);
    expect(await one.client.hSet(key, { status: "done", result: "{}" })).toBe(1);
    expect({ ...(await one.client.hGetAll(key)) }).toEqual({ status: "done", text: "", result: "{}" });
  });

  test("a list is a queue, and a blocking pop waits for it", async () => {
    await using one = await connected();
    await using other = await connected();
    const key = freshKey();
    await one.client.lPush(key, ["first", "second"]);
    expect(await one.client.lLen(key)).toBe(2);
    expect(await one.client.brPop(key, 0)).toEqual({ key, element: "first" });
    expect(await one.client.blPop(key, 0)).toEqual({ key, element: "second" });
    const waiting = other.client.brPop(key, 0);
    await one.client.rPush(key, "third");
    expect(await waiting).toEqual({ key, element: "third" });
    expect(await one.client.exists(key)).toBe(0);
    expect(await one.client.brPop(key, 0.02)).toBeNull();
  });

  test("what it does not know is an error, and the connection lives on", async () => {
    await using one = await connected();
    await expect(one.client.sendCommand(["ZADD", "a", "1", "b"])).rejects.toThrow(
      "ERR unknown command 'ZADD', with args beginning with: 'a' '1' 'b' ",
    );
    await expect(one.client.sendCommand(["CLIENT", "PAUSE", "1"])).rejects.toThrow("ERR unknown subcommand 'PAUSE'");
    expect(await one.client.ping()).toBe("PONG");
    expect(await one.client.info()).toContain(`tcp_port:${port}`);
    expect(one.problems).toEqual([]);
  });
});

describe("blocked clients", () => {
  test("are served in the order they came, and only what is there", async () => {
    await using first = await RawRedis.connect(port);
    await using second = await RawRedis.connect(port);
    await using pusher = await RawRedis.connect(port);
    const key = freshKey();
    first.write(request(["BRPOP", key, "0"]));
    await untilBlocked(pusher, first);
    second.write(request(["BLPOP", `${key}-other`, key, "0"]));
    await untilBlocked(pusher, second, 2);
    // Redis serves the waiting after the command, so it answers 3, the length before they took their share.
    expect(
      await pusher.ask([
        ["LPUSH", key, "a", "b", "c"],
        ["LLEN", key],
      ]),
    ).toEqual([":3\r\n", ":1\r\n"]);
    await first.receives((text) => text === `*2\r\n$${key.length}\r\n${key}\r\n$1\r\na\r\n`);
    await second.receives((text) => text === `*2\r\n$${key.length}\r\n${key}\r\n$1\r\nc\r\n`);
  });

  test("do nothing else before they are served", async () => {
    await using blocked = await RawRedis.connect(port);
    await using pusher = await RawRedis.connect(port);
    const [key, other] = [freshKey(), freshKey()];
    blocked.write(request(["BRPOP", key, "0"]) + request(["SET", other, "after"]) + request(["PING"]));
    await untilBlocked(pusher, blocked);
    expect(await pusher.ask([["EXISTS", other]])).toEqual([":0\r\n"]);
    await pusher.ask([["RPUSH", key, "x"]]);
    await blocked.receives((text) => text.endsWith("x\r\n+OK\r\n+PONG\r\n"));
  });

  test("that hung up take nothing", async () => {
    await using pusher = await RawRedis.connect(port);
    const key = freshKey();
    const gone = await RawRedis.connect(port);
    gone.write(request(["BRPOP", key, "0"]));
    await untilBlocked(pusher, gone);
    await gone[Symbol.asyncDispose]();
    await until(async () => (await factOf(pusher, "blocked_clients")) === 0, "the server has seen the client go");
    expect(
      await pusher.ask([
        ["LPUSH", key, "kept"],
        ["RPOP", key],
      ]),
    ).toEqual([":1\r\n", "$4\r\nkept\r\n"]);
  });
});

describe("bytes", () => {
  test("a pipeline may be cut anywhere", async () => {
    const key = freshKey();
    const commands = [
      ["SET", key, "a\r\n$5\0\xff"],
      ["GET", key],
      ["HSET", `${key}-h`, "f", ""],
      ["PING", ""],
      ["GET", ""],
    ];
    const whole = `${commands.map(request).join("")}PING\r\n*0\r\n\r\n${request(["PING", "end"])}`;
    const expected = "+OK\r\n$7\r\na\r\n$5\0\xff\r\n:1\r\n$0\r\n\r\n$-1\r\n+PONG\r\n$3\r\nend\r\n";
    await assertProperty(
      asyncProperty(array(nat(whole.length), { maxLength: 12 }), async (cuts) => {
        await using client = await RawRedis.connect(port);
        await client.ask([["DEL", `${key}-h`]]);
        const places = [0, ...cuts.toSorted((a, b) => a - b), whole.length];
        for (const [index, place] of places.slice(1).entries()) client.write(whole.slice(places[index], place));
        await client.receives((text) => text.endsWith("end\r\n"));
        expect(client.received()).toBe(expected);
      }),
      { numRuns: 60 },
    );
  });

  test.each([
    ["a length that is none", "*1\r\n$x\r\n", "-ERR Protocol error: invalid bulk length\r\n"],
    ["no length at all", "*2\r\n$4\r\nPING\r\n:1\r\n", "-ERR Protocol error: expected '$', got ':'\r\n"],
    ["a count that is none", "*99999999\r\n", "-ERR Protocol error: invalid multibulk length\r\n"],
    ["a line without end", "x".repeat(70_000), "-ERR Protocol error: too big inline request\r\n"],
  ])("%s is answered with an error, and the connection ends", async (_, bytes, answer) => {
    await using client = await RawRedis.connect(port);
    client.write(request(["PING"]) + bytes);
    await until(() => client.isClosed(), "the connection is closed");
    expect(client.received()).toBe(`+PONG\r\n${answer}`);
  });

  test("QUIT is answered before the connection ends, and nothing after it is", async () => {
    await using client = await RawRedis.connect(port);
    client.write(request(["QUIT"]) + request(["PING"]));
    await until(() => client.isClosed(), "the connection is closed");
    expect(client.received()).toBe("+OK\r\n");
  });

  test("a value of a million bytes comes back", async () => {
    await using client = await RawRedis.connect(port);
    const text = "0123456789".repeat(100_000);
    const key = freshKey();
    const replies = await client.ask([
      ["SET", key, text],
      ["GET", key],
    ]);
    expect(replies[1] === `$${text.length}\r\n${text}\r\n`).toBe(true);
  });
});

/** The server has taken the client's blocking pop: it answers nothing, and others are answered meanwhile. */
async function untilBlocked(asker: RawRedis, blocked: RawRedis, count = 1): Promise<void> {
  await until(async () => (await factOf(asker, "blocked_clients")) === count, `${count} clients are blocked`);
  expect(blocked.received()).toBe("");
}

async function factOf(asker: RawRedis, name: string): Promise<number> {
  const [info = ""] = await asker.ask([["INFO"]]);
  return Number(new RegExp(`^${name}:(\\d+)`, "m").exec(info)?.[1]);
}
