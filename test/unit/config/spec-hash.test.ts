import { describe, expect, test } from "vitest";
import { read, type ReadOptions, specOf, web } from "./services-folder.ts";

/** The hashes of the one service of a file, without that of its folder, which is another one each time. */
async function hashOf(
  yaml: string,
  options: ReadOptions = {},
): Promise<{ hash: string; keys: Record<string, string> }> {
  const { specHash, specKeys, cwd } = await specOf(yaml, options);
  expect(cwd).toMatch(/groundswell-config-/);
  const { working_dir: _folder, ...keys } = specKeys;
  return { hash: specHash, keys };
}

/** Names of the keys that differ. */
async function changed(before: [string, ReadOptions?], after: [string, ReadOptions?]): Promise<readonly string[]> {
  const [one, two] = [await hashOf(...before), await hashOf(...after)];
  const names = new Set([...Object.keys(one.keys), ...Object.keys(two.keys)]);
  return [...names].filter((name) => one.keys[name] !== two.keys[name]).toSorted();
}

test("is 16 hex digits, over all and over each key", async () => {
  const { specHash, specKeys } = await specOf(web("environment: { PORT: 1 }", "ports: [1]"));
  expect(Object.keys(specKeys)).toEqual(["command", "environment.PORT", "ports", "working_dir"]);
  for (const hash of [specHash, ...Object.values(specKeys)]) expect(hash).toMatch(/^[0-9a-f]{16}$/);
});

describe("what is declared counts", () => {
  test.each([
    ["environment.A", "environment: { A: 1 }", "environment: { A: 2 }"],
    ["environment.A", "environment: {}", "environment: { A: 1 }"],
    ["ports", "ports: [80]", "ports: [81]"],
    ["ports", "ports: []", "ports: [81]"],
    ["healthcheck", "healthcheck: { tcp: 80 }", "healthcheck: { tcp: 80, interval: 5s }"],
    ["healthcheck", "healthcheck: none", "profiles: []"],
    ["restart", "restart: no", "restart: always"],
    ["on_unhealthy", "on_unhealthy: report", "on_unhealthy: restart"],
    ["stop_signal", "stop_signal: SIGTERM", "stop_signal: SIGINT"],
    ["stop_grace_period", "stop_grace_period: 1s", "stop_grace_period: 2s"],
    ["start_timeout", "start_timeout: 1s", "start_timeout: 2s"],
    ["min_uptime", "min_uptime: 1s", "min_uptime: 2s"],
    ["stdin_open", "stdin_open: true", "stdin_open: false"],
    ["keep_alive", "keep_alive: [a]", "keep_alive: [b]"],
    ["type", "type: service", "type: task"],
  ])("%s: %s, then %s", async (key, before, after) => {
    expect(await changed([web(before)], [web(after)])).toEqual([key]);
    expect((await hashOf(web(before))).hash).not.toBe((await hashOf(web(after))).hash);
  });

  test("the command", async () => {
    expect(await changed([web()], [web().replace("server.js", "other.js")])).toEqual(["command"]);
  });

  test("top-level environment, env_file and .env", async () => {
    expect(await changed([`environment: { A: 1 }\n${web()}`], [`environment: { A: 2 }\n${web()}`])).toEqual([
      "environment.A",
    ]);
    const yaml = web("env_file: web.env");
    expect(await changed([yaml, { files: { "web.env": "A=1" } }], [yaml, { files: { "web.env": "A=2" } }])).toEqual([
      "environment.A",
    ]);
    expect(await changed([web(), { files: { ".env": "A=1" } }], [web(), { files: { ".env": "A=2" } }])).toEqual([
      "environment.A",
    ]);
  });

  test("variables that were put in", async () => {
    const yaml = web('ports: ["${PORT}"]');
    expect(await changed([yaml, { ambient: { PORT: "1" } }], [yaml, { ambient: { PORT: "2" } }])).toEqual([
      "environment.PORT",
      "ports",
    ]);
  });
});

describe("of the ambient environment counts only what a string of the service names", () => {
  test.each([
    ["in a shell string", "healthcheck: { exec: 'echo $A' }"],
    ["in a shell string with braces", "healthcheck: { exec: 'echo ${A:-1}' }"],
    ["in an argument a shell will see", "healthcheck: { exec: [sh, -c, 'echo $A'] }"],
    ["in environment, passed on", "environment: [A]"],
    ["in an operand", 'keep_alive: ["x${NONE:-${A:+a}}"]'],
  ])("%s", async (_where, line) => {
    const difference = await changed([web(line), { ambient: { A: "1" } }], [web(line), { ambient: { A: "2" } }]);
    expect(difference).toContain("environment.A");
    expect(await changed([web(line), { ambient: { A: "1" } }], [web(line)])).toContain("environment.A");
  });

  test("no other one", async () => {
    const here = { ambient: { SHLVL: "1", TERM: "xterm", PWD: "/a", A: "1" }, files: { ".env": "A=0" } };
    const there = { ambient: { SHLVL: "3", TERM: "dumb", OLDPWD: "/b", A: "2" }, files: { ".env": "A=0" } };
    expect((await hashOf(web("ports: [80]"), here)).keys).toEqual((await hashOf(web("ports: [80]"), there)).keys);
  });

  test("nor one that another service names", async () => {
    const yaml = `${web()}  other: { command: 'echo $A' }\n`;
    const hashes = async (A: string): Promise<readonly string[]> =>
      (await read(yaml, { ambient: { A } })).services.map(({ specKeys }) => specKeys["environment.A"] ?? "none");
    const [one, two] = [await hashes("1"), await hashes("2")];
    expect(one[0]).toBe("none");
    expect(two[0]).toBe("none");
    expect(one[1]).not.toBe(two[1]);
  });
});

describe("what makes no difference", () => {
  test.each([
    ["order, style and comments", "environment: { A: 1, B: 2 }", "environment: # two\n      B: '2'\n      A: '1'"],
    ["the spelling of a duration", "start_timeout: 60s", "start_timeout: 1m"],
    ["an empty list and none", "profiles: []", "depends_on: []"],
  ])("%s", async (_what, before, after) => {
    expect(await changed([web(before)], [web(after)])).toEqual([]);
  });

  test("tuning variables, wherever they are set", async () => {
    const tuned = {
      ambient: { PARALLEL_START_TIMEOUT: "5" },
      files: { ".env": "PARALLEL_KILL_TIMEOUT=5\nDEBUG=true" },
    };
    expect(await changed([web("ports: [80]")], [web("ports: [80]"), tuned])).toEqual([]);
  });

  test("where in the file a service and its dependencies stand", async () => {
    const yaml = "services:\n  web: { command: x, depends_on: [db], ports: [80] }\n  db: { command: x }\n";
    const keysOf = async (text: string): Promise<object> => {
      const service = (await read(text)).services.find(({ name }) => name === "web");
      return { ...service?.specKeys, working_dir: "" };
    };
    expect(await keysOf(`# a comment\n\n${yaml}`)).toEqual(await keysOf(yaml));
    expect(Object.keys(await keysOf(yaml))).toContain("depends_on");
  });
});
