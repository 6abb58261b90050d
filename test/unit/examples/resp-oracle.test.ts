import { array, assert as assertProperty, asyncProperty, constant, constantFrom, oneof, tuple } from "fast-check";
import { afterAll, beforeAll, expect, test } from "vitest";
import { freePort } from "../../support/free-port.ts";
import { requires } from "../../support/requires.ts";
import { RawRedis } from "./raw-redis.ts";
import { type RunningProgram, startProgram } from "./running-program.ts";

requires("redis-server")("the embedded server answers byte for byte as the real redis-server", () => {
  const ports = { embedded: freePort(), real: freePort() };
  const servers: RunningProgram[] = [];

  beforeAll(async () => {
    for (const kind of ["embedded", "real"] as const) {
      const server = startProgram("redis", { CHAINLENS_REDIS: kind, CHAINLENS_REDIS_PORT: String(ports[kind]) });
      servers.push(server);
      await server.says(/listening on 127\.0\.0\.1|Ready to accept connections/);
    }
  });

  afterAll(async () => {
    for (const server of servers) await server[Symbol.asyncDispose]();
  });

  async function compare(commands: readonly (readonly string[])[]): Promise<void> {
    for (const protocol of ["2", "3"]) {
      await using ours = await RawRedis.connect(ports.embedded);
      await using theirs = await RawRedis.connect(ports.real);
      // The reply of HELLO tells version and connection: both are their own.
      await Promise.all([ours.ask([["HELLO", protocol]]), theirs.ask([["HELLO", protocol]])]);
      const [our, their] = await Promise.all([ours.ask(commands), theirs.ask(commands)]);
      const transcript = (replies: readonly string[]) =>
        commands.map((command, index) => `${command.join(" ")} -> ${JSON.stringify(replies[index])}`);
      expect(transcript(our)).toEqual(transcript(their));
    }
  }

  const mistakes = {
    "a value of another type": `
      SET s text | RPUSH l x | HSET h f v | GET l | GET h | LLEN s | HGETALL l | HGET s f | HSET l f v | LPUSH h x
      RPOP s | BRPOP s 1 | BLPOP free h 1 | INCR l | SET l text | GET l`,
    numbers: `
      SET n text | INCR n | SET n 9223372036854775807 | INCR n | SET n 007 | INCR n | SET n -0 | INCR n
      SET n -9223372036854775808 | INCR n | EXPIRE n x | EXPIRE n 9223372036854775807 | EXPIRE none 5 | TTL n | TTL none`,
    "options of SET": `
      SET n | SET n a b | SET n a EX | SET n a EX 0 | SET n a EX -1 | SET n a EX x | SET n a NX XX | SET n a EX 1 PX 1
      SET n a EX 9223372036854775807 | SET n a nx | SET n b nx | SET free a xx | GET free | SET free a PX 100000 NX
      TTL free | SET free b | TTL free`,
    "counts of arguments": `
      GET | gEt | GET a b | SET a | DEL | EXISTS a a | HSET h | HSET h f | HSET h f v g | HGET h | LLEN | LPUSH l
      EXPIRE a | PING a b | PING a | SELECT | CLIENT | BRPOP l | LPOP l 1 2`,
    "pops with a count": `
      LPOP none | LPOP none 2 | RPUSH l a b c | LPOP l x | LPOP l -1 | LPOP l 0 | RPOP l 2 | LPOP l 5 | EXISTS l`,
    "timeouts of blocking pops":
      "BRPOP l soon | BRPOP l -1 | BRPOP l 0.01 | BLPOP l k 0.01 | RPUSH k a | BLPOP l k 0.01",
    "the connection": `
      SELECT 0 | SELECT x | SELECT 99 | CLIENT GETNAME | CLIENT SETNAME me | CLIENT GETNAME | CLIENT SETNAME | HELLO 4
      HELLO x | HELLO 2 NONSENSE | NOSUCH | NOSUCH a b | nosuch a`,
  };

  test.each(Object.entries(mistakes))("what clients get wrong: %s", async (_, transcript) => {
    const commands = transcript.split(/[|\n]/).map((line) => line.trim().split(/ +/));
    const clean = ["DEL", "s", "l", "h", "n", "k", "a", "free", "none"];
    await compare([clean, ...commands.filter(([name]) => name !== "")]);
  });

  test("any sequence of commands", { timeout: 60_000 }, async () => {
    const key = constantFrom("p", "q", "r");
    const word = constantFrom("a", "b", "", "7", "-0", "9223372036854775806", "\r\n");
    const command = oneof(
      tuple(constantFrom("GET", "INCR", "LLEN", "HGETALL", "LPOP", "RPOP", "TTL", "DEL", "EXISTS"), key),
      tuple(constantFrom("SET", "LPUSH", "RPUSH", "HGET"), key, word),
      tuple(constant("HSET"), key, word, word),
      tuple(constantFrom("LPUSH", "RPUSH", "DEL"), key, key, key),
      tuple(constant("EXPIRE"), key, constantFrom("100", "-1", "0")),
      tuple(constant("SET"), key, word, constantFrom("NX", "XX")),
      tuple(constant("SET"), key, word, constant("EX"), constant("100")),
      tuple(constantFrom("BLPOP", "BRPOP"), key, key, constant("0.001")),
    );
    await assertProperty(
      asyncProperty(array(command, { minLength: 1, maxLength: 40 }), async (commands) => {
        await compare([["DEL", "p", "q", "r"], ...commands]);
      }),
      { numRuns: 40 },
    );
  });
});
