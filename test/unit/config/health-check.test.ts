import { describe, expect, test } from "vitest";
import type { HealthCheck } from "../../../scripts/lib/model/service.ts";
import { codesOf, problemsOf, read, type ReadOptions, specOf, web, wordsOf } from "./services-folder.ts";

const timing = { intervalMs: 1_000, timeoutMs: 2_000, retries: 3, startPeriodMs: 0 };
const http = {
  kind: "http",
  url: "http://127.0.0.1:80/",
  method: "GET",
  headers: {},
  status: [{ from: 200, to: 399 }],
  body: null,
  timing,
};

const checkOf = async (healthcheck: string, options: ReadOptions = {}): Promise<HealthCheck> =>
  (await specOf(web(`healthcheck: ${healthcheck}`), options)).healthCheck;

describe("kinds", () => {
  test.each<[string, object]>([
    ["{ http: http://127.0.0.1:80/ }", http],
    ["{ http: { url: http://127.0.0.1:80/ } }", http],
    ["{ http: http://127.0.0.1:80/, method: head }", { ...http, method: "HEAD" }],
    ["{ http: { url: http://127.0.0.1:80/, method: POST } }", { ...http, method: "POST" }],
    ["{ http: http://127.0.0.1:80/, headers: { X-A: 1, b: c } }", { ...http, headers: { "X-A": "1", b: "c" } }],
    ["{ http: http://127.0.0.1:80/, status: 204 }", { ...http, status: [{ from: 204, to: 204 }] }],
    ['{ http: http://127.0.0.1:80/, status: "200-299" }', { ...http, status: [{ from: 200, to: 299 }] }],
    ["{ http: http://127.0.0.1:80/, status: 5xx }", { ...http, status: [{ from: 500, to: 599 }] }],
    [
      '{ http: http://127.0.0.1:80/, status: [200, "401 - 403"] }',
      {
        ...http,
        status: [
          { from: 200, to: 200 },
          { from: 401, to: 403 },
        ],
      },
    ],
    ['{ http: http://127.0.0.1:80/, body: "^ok$" }', { ...http, body: "^ok$" }],
    ["{ tcp: 80 }", { kind: "tcp", targets: [{ host: "localhost", port: 80 }], implied: false, timing }],
    ['{ tcp: "80" }', { kind: "tcp", targets: [{ host: "localhost", port: 80 }], implied: false, timing }],
    ['{ tcp: "db:80" }', { kind: "tcp", targets: [{ host: "db", port: 80 }], implied: false, timing }],
    [
      '{ tcp: ["[::1]:80", 81] }',
      {
        kind: "tcp",
        targets: [
          { host: "::1", port: 80 },
          { host: "localhost", port: 81 },
        ],
        implied: false,
        timing,
      },
    ],
    ['{ log: "listening on \\\\d+" }', { kind: "log", pattern: "listening on \\d+", timing }],
    ["{ none: true }", { kind: "none" }],
    ["none", { kind: "none" }],
    ["{ disable: true }", { kind: "none" }],
    ["{ disable: true, test: [CMD, x] }", { kind: "none" }],
  ])("%s", async (written, check) => {
    expect(await checkOf(written)).toEqual(check);
  });

  const exec = { ...timing, intervalMs: 10_000 };
  test.each<[string, object]>([
    ["{ exec: curl -f $URL }", { kind: "shell", text: "curl -f $URL" }],
    ["{ exec: [curl, -f, x] }", { kind: "argv", argv: ["curl", "-f", "x"] }],
    ["{ exec: [CMD, curl, -f] }", { kind: "argv", argv: ["curl", "-f"] }],
    ["{ test: curl -f x }", { kind: "shell", text: "curl -f x" }],
    ["{ test: [CMD, curl, 5] }", { kind: "argv", argv: ["curl", "5"] }],
    ['{ test: [CMD-SHELL, "curl ${X} || exit 1"] }', { kind: "shell", text: "curl ${X} || exit 1" }],
  ])("%s", async (written, command) => {
    expect(await checkOf(written)).toEqual({ kind: "exec", command, timing: exec });
  });

  test("{ test: [NONE] }", async () => {
    expect(await checkOf("{ test: [NONE] }")).toEqual({ kind: "none" });
  });

  test("paths of file and wait_on are relative to the service's folder", async () => {
    const paths = async (healthcheck: string): Promise<readonly string[]> => {
      const { root, services } = await read(web("working_dir: sub", `healthcheck: ${healthcheck}`));
      const check = services[0]?.healthCheck;
      const found = check?.kind === "file" ? [check.path] : check?.kind === "waitOn" ? check.resources : [];
      return found.map((path) => path.replace(root, "ROOT"));
    };
    expect(await paths("{ file: ready }")).toEqual(["ROOT/sub/ready"]);
    expect(await paths("{ file: /run/ready }")).toEqual(["/run/ready"]);
    expect(await paths("{ wait_on: tcp:80 }")).toEqual(["tcp:80"]);
    expect(await paths("{ wait_on: [http-get://h/x, file:a, b, socket:/s, http://unix:/s:/u] }")).toEqual([
      "http-get://h/x",
      "file:ROOT/sub/a",
      "file:ROOT/sub/b",
      "socket:/s",
      "http://unix:/s:/u",
    ]);
  });

  test("variables", async () => {
    const options = { ambient: { PORT: "81", N: "5", OK: "204" } };
    expect(
      await checkOf('{ http: "http://localhost:${PORT}/", retries: "${N}", status: "${OK}" }', options),
    ).toMatchObject({
      url: "http://localhost:81/",
      status: [{ from: 204, to: 204 }],
      timing: { retries: 5 },
    });
  });
});

describe("timing", () => {
  test("every field", async () => {
    expect(await checkOf("{ tcp: 80, interval: 500ms, timeout: 1m30s, retries: 5, start_period: 10 }")).toMatchObject({
      timing: { intervalMs: 500, timeoutMs: 90_000, retries: 5, startPeriodMs: 10_000 },
    });
  });

  test.each([
    ["interval: 0", 1],
    ["timeout: 0s", 1],
    ["retries: 0", 1],
    ["retries: 1.5", 1],
    ["start_period: -1s", 1],
    ["interval: soon", 1],
    ["interval: 0, timeout: x, retries: -1", 3],
  ])("%s: %i errors", async (fields, count) => {
    const problems = await problemsOf(web(`healthcheck: { tcp: 80, ${fields} }`));
    expect(problems.map(({ code }) => code)).toEqual(Array.from({ length: count }, () => "VALUE_INVALID"));
  });
});

describe("without a check of its own", () => {
  test("declared ports imply tcp on each of them", async () => {
    const { healthCheck } = await specOf(web('ports: [80, "127.0.0.1:81", "0.0.0.0:82", "[::]:83"]'));
    expect(healthCheck).toEqual({
      kind: "tcp",
      implied: true,
      targets: [
        { host: "localhost", port: 80 },
        { host: "127.0.0.1", port: 81 },
        { host: "127.0.0.1", port: 82 },
        { host: "::1", port: 83 },
      ],
      timing,
    });
  });

  test("with timing only, the ports still imply the check", async () => {
    expect((await specOf(web("ports: [80]", "healthcheck: { interval: 5s }"))).healthCheck).toMatchObject({
      kind: "tcp",
      implied: true,
      timing: { intervalMs: 5_000 },
    });
  });

  test("without ports there is none", async () => {
    expect((await specOf(web())).healthCheck).toEqual({ kind: "none" });
    expect((await specOf(web("ports: []"))).healthCheck).toEqual({ kind: "none" });
  });

  test("ports with a check of its own imply nothing", async () => {
    expect((await specOf(web("ports: [80]", "healthcheck: none"))).healthCheck).toEqual({ kind: "none" });
  });
});

describe("errors", () => {
  test.each([
    ["sometimes", ["VALUE_INVALID 4:18"]],
    ["http://127.0.0.1/", ["VALUE_INVALID 4:18"]],
    ["5", ["VALUE_INVALID 4:18"]],
    ["[none]", ["VALUE_INVALID 4:18"]],
    ["{ interval: 5s }", ["VALUE_INVALID 4:5"]],
    ["{}", ["VALUE_INVALID 4:5"]],
    ["{ http: 127.0.0.1:80 }", ["VALUE_INVALID 4:26"]],
    ["{ http: ftp://x }", ["VALUE_INVALID 4:26"]],
    ["{ http: { method: GET } }", ["KEY_MISSING 4:26"]],
    ["{ http: http://x, method: 'G T' }", ["VALUE_INVALID 4:44"]],
    ["{ http: http://x, status: 600 }", ["VALUE_INVALID 4:44"]],
    ["{ http: http://x, status: 300-200 }", ["VALUE_INVALID 4:44"]],
    ["{ http: http://x, status: [200, ok] }", ["VALUE_INVALID 4:50"]],
    ["{ http: http://x, headers: { 'a b': c } }", ["VALUE_INVALID 4:47"]],
    ['{ http: http://x, headers: { a: "b\\nc" } }', ["VALUE_INVALID 4:50"]],
    ["{ http: { url: http://x, status: 200 }, status: 201 }", ["VALUE_INVALID 4:58"]],
    ["{ http: http://x, body: '(' }", ["VALUE_INVALID 4:42"]],
    ["{ log: '[' }", ["VALUE_INVALID 4:25"]],
    ["{ tcp: 80, status: 200 }", ["VALUE_INVALID 4:29"]],
    ["{ tcp: 80, http: http://x }", ["VALUE_INVALID 4:29"]],
    ["{ tcp: '8000:80' }", ["PORT_MAPPING 4:25"]],
    ["{ tcp: '' }", ["VALUE_INVALID 4:25"]],
    ["{ exec: '' }", ["VALUE_INVALID 4:26"]],
    ["{ exec: [] }", ["VALUE_INVALID 4:26"]],
    ["{ test: [CMD] }", ["VALUE_INVALID 4:26"]],
    ["{ test: [curl, x] }", ["VALUE_INVALID 4:27"]],
    ["{ test: [CMD-SHELL] }", ["VALUE_INVALID 4:27"]],
    ["{ test: [CMD-SHELL, a, b] }", ["VALUE_INVALID 4:27"]],
    ["{ file: '' }", ["VALUE_INVALID 4:26"]],
    ["{ wait_on: 5 }", ["VALUE_INVALID 4:29"]],
    ["{ none: yes }", ["YAML_BOOLEAN 4:26"]],
    ["{ htp: http://x }", ["KEY_UNKNOWN 4:20", "VALUE_INVALID 4:5"]],
    ["{ http: }", ["VALUE_INVALID 4:20"]],
  ])("%s", async (written, codes) => {
    expect((await codesOf(web(`healthcheck: ${written}`))).toSorted()).toEqual(codes.toSorted());
  });

  test("a regular expression", async () => {
    expect(await wordsOf(web("healthcheck: { log: 'ready (in' }"))).toMatchInlineSnapshot(`
      "error[VALUE_INVALID]: services.web.healthcheck.log is not a regular expression: /ready (in/: Unterminated group
       --> services.yaml:4:25
        |
      4 |     healthcheck: { log: 'ready (in' }
        |                         ^^^^^^^^^^^"
    `);
  });
});
