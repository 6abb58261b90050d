import { execFile } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { createServer as createHttpsServer } from "node:https";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { describe, expect, onTestFinished, test, vi } from "vitest";
import { probe } from "../../../scripts/lib/health/probe.ts";
import type { ProbeResult } from "../../../scripts/lib/health/probe-result.ts";
import { contextOf, httpCheck, timing } from "./checks.ts";
import { selfSigned } from "./self-signed.ts";
import { answering, freePort, httpServer, listen, rawServer } from "./servers.ts";

const ask = (...args: Parameters<typeof httpCheck>): Promise<ProbeResult> => probe(httpCheck(...args), contextOf());

describe("the request", () => {
  test("asks for path and query, once, without keeping the connection, and says who asks", async () => {
    const seen: unknown[] = [];
    const { port } = await httpServer(({ method, url, headers }, response) => {
      seen.push({ method, url, host: headers.host, connection: headers.connection, agent: headers["user-agent"] });
      response.end("ok");
    });
    const result = await ask(`http://127.0.0.1:${port}/health?deep=1`);
    expect(result).toMatchObject({ ok: true, message: "status 200" });
    expect(result.latencyMs).toBeGreaterThan(0);
    expect(seen).toEqual([
      {
        method: "GET",
        url: "/health?deep=1",
        host: `127.0.0.1:${port}`,
        connection: "close",
        agent: "groundswell-probe",
      },
    ]);
  });

  test.each([null, "."])("method, headers and credentials are those of the check (body: %s)", async (body) => {
    const seen: unknown[] = [];
    const { port } = await httpServer(({ method, headers }, response) => {
      seen.push({ method, host: headers.host, token: headers["x-token"], authorization: headers.authorization });
      response.end("ok");
    });
    const headers = { "X-Token": "abc", host: "app.test" };
    const result = await ask(`http://me:p%40ss@127.0.0.1:${port}/`, { method: "POST", headers, body });
    expect(result.ok).toBe(true);
    const authorization = `Basic ${Buffer.from("me:p@ss").toString("base64")}`;
    expect(seen).toEqual([{ method: "POST", host: "app.test", token: "abc", authorization }]);
  });

  test("a HEAD request has no body to wait for", async () => {
    const { port } = await httpServer((_, response) => response.writeHead(204, { "Content-Length": "10" }).end());
    expect(await ask(`http://127.0.0.1:${port}/`, { method: "HEAD", status: [{ from: 200, to: 299 }] })).toMatchObject({
      ok: true,
      message: "status 204",
    });
  });

  test("no proxy is used, whatever the environment says", async () => {
    const { port } = await httpServer((_, response) => response.end("ok"));
    const dead = `http://127.0.0.1:${await freePort()}`;
    for (const name of ["HTTP_PROXY", "http_proxy", "ALL_PROXY"]) vi.stubEnv(name, dead);
    onTestFinished(() => void vi.unstubAllEnvs());
    expect(await ask(`http://127.0.0.1:${port}/`)).toMatchObject({ ok: true });
    expect(await ask(`http://127.0.0.1:${port}/`, { body: "ok" })).toMatchObject({ ok: true });
  });

  test.each([
    ["a header that would become two", { headers: { "X-A": "1\r\nX-B: 2" } }, 'the header "X-A" cannot be sent'],
    ["a header name that is none", { headers: { "X A": "1" } }, 'the header "X A" cannot be sent'],
    ["a method that is none", { method: "GET /" }, 'the method "GET /" cannot be sent'],
  ])("%s is not sent", async (_, details, message) => {
    const { port } = await httpServer((__, response) => response.end());
    expect(await ask(`http://127.0.0.1:${port}/`, details)).toMatchObject({ ok: false, kind: "other", message });
  });

  test("what is no URL of ours fails, and nothing is thrown", async () => {
    expect(await ask("no url")).toMatchObject({ ok: false, kind: "other" });
    expect(await ask("ftp://127.0.0.1/")).toMatchObject({
      ok: false,
      kind: "other",
      message: /neither http nor https/,
    });
  });
});

describe("the status", () => {
  test.each([
    [200, [{ from: 200, to: 200 }], { ok: true, message: "status 200" }],
    [204, [{ from: 200, to: 299 }], { ok: true, message: "status 204" }],
    [503, [{ from: 200, to: 200 }], { ok: false, kind: "answered", message: "status 503, wanted 200" }],
    [
      404,
      [
        { from: 200, to: 299 },
        { from: 401, to: 401 },
      ],
      { ok: false, kind: "answered", message: "status 404, wanted 200-299 or 401" },
    ],
    [
      401,
      [
        { from: 200, to: 299 },
        { from: 401, to: 401 },
      ],
      { ok: true, message: "status 401" },
    ],
  ])("%i", async (status, ranges, expected) => {
    const { port } = await httpServer((_, response) => response.writeHead(status).end());
    expect(await ask(`http://127.0.0.1:${port}/`, { status: ranges })).toMatchObject(expected);
    // The same by the way that reads bodies.
    const alsoBody = await ask(`http://127.0.0.1:${port}/`, { status: ranges, body: "^" });
    expect(alsoBody).toMatchObject(expected.ok ? { ok: true } : expected);
  });

  test.each([null, "."])("a redirect is not followed, and said where to (body: %s)", async (body) => {
    const asked: unknown[] = [];
    const { port } = await httpServer(({ url }, response) => {
      asked.push(url);
      if (url === "/") response.writeHead(302, { Location: "/login" });
      response.end("welcome");
    });
    expect(await ask(`http://127.0.0.1:${port}/`, { body })).toMatchObject({
      ok: false,
      kind: "answered",
      message: "status 302, wanted 200 (redirects to /login)",
    });
    expect(asked).toEqual(["/"]);
  });

  test("an answer that comes byte by byte is read whole", async () => {
    const { port } = await rawServer(answering("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n".split("")));
    expect(await ask(`http://127.0.0.1:${port}/`)).toMatchObject({ ok: true, message: "status 200" });
  });

  test("answers of the kind 100 Continue are not the answer", async () => {
    const { port } = await rawServer(
      answering([
        "HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\nHTTP/1.1 100 Continue\r\n\r\n",
        "HTTP/1.1 500 No\r\n\r\n",
      ]),
    );
    expect(await ask(`http://127.0.0.1:${port}/`)).toMatchObject({ ok: false, message: "status 500, wanted 200" });
  });
});

describe("the body", () => {
  test("must match, also across chunks", async () => {
    const { port } = await httpServer((_, response) => {
      response.write('{"status": "o');
      setImmediate(() => response.end('k"}'));
    });
    const url = `http://127.0.0.1:${port}/`;
    expect(await ask(url, { body: '"ok"\\}$' })).toMatchObject({ ok: true, message: 'body matches /"ok"\\}$/' });
    expect(await ask(url, { body: "^ok$" })).toMatchObject({
      ok: false,
      kind: "answered",
      message: "body does not match /^ok$/",
    });
  });

  test("of a body without an end, the first MiB is read", async () => {
    const block = `${"x".repeat(65_535)}\n`;
    const { port } = await httpServer((request, response) => {
      response.write("begin\n");
      const more = (): void => {
        if (!response.destroyed && response.write(block)) setImmediate(more);
        else response.once("drain", more);
      };
      more();
      request.socket.once("close", () => response.destroy());
    });
    const url = `http://127.0.0.1:${port}/`;
    expect(await ask(url, { body: "^begin\nxx" })).toMatchObject({ ok: true });
    expect(await ask(url, { body: "end" })).toMatchObject({ ok: false, message: "body does not match /end/" });
  });

  test("a connection that breaks in the middle of it", async () => {
    const { port } = await rawServer(answering(["HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n", "ok"]));
    expect(await ask(`http://127.0.0.1:${port}/`, { body: "ok" })).toMatchObject({
      ok: false,
      kind: "answered",
      message: "closed the connection in the middle of its answer",
    });
  });

  test("a pattern that is none fails, and nothing is thrown", async () => {
    const { port } = await httpServer((_, response) => response.end("ok"));
    expect(await ask(`http://127.0.0.1:${port}/`, { body: "(" })).toMatchObject({ ok: false, kind: "other" });
  });

  test("a server that is still writing when the status is known can finish in peace", async () => {
    const { promise: outcome, resolve } = Promise.withResolvers<string>();
    const { port } = await httpServer((request, response) => {
      request.socket.once("error", (error) => resolve(`broken: ${error.message}`));
      response.once("finish", () => resolve("finished"));
      response.once("close", () => resolve("closed before its end"));
      const write = (left: number): void => {
        if (left === 0) response.end();
        else response.write("x".repeat(10_000), () => setImmediate(write, left - 1));
      };
      write(30);
    });
    expect(await ask(`http://127.0.0.1:${port}/`)).toMatchObject({ ok: true });
    expect(await outcome).toBe("finished");
  });
});

describe("what goes wrong", () => {
  test("nobody listens", async () => {
    const port = await freePort();
    for (const body of [null, "ok"]) {
      expect(await ask(`http://127.0.0.1:${port}/`, { body })).toMatchObject({
        ok: false,
        kind: "refused",
        message: `connection refused 127.0.0.1:${port}`,
      });
    }
  });

  test.each([null, "ok"])("no answer in time, and the connection is closed then (body: %s)", async (body) => {
    const { promise: closed, resolve } = Promise.withResolvers<void>();
    const { port } = await rawServer((socket) => socket.resume().once("end", resolve));
    const result = await ask(`http://127.0.0.1:${port}/`, { body, timing: { ...timing, timeoutMs: 60 } });
    expect(result).toMatchObject({ ok: false, kind: "timeout", message: "no answer within 60 ms" });
    expect(result.latencyMs).toBeGreaterThanOrEqual(59);
    await closed;
  });

  test("a body that does not end in time", async () => {
    const { port } = await httpServer((_, response) => response.write("ok"));
    expect(await ask(`http://127.0.0.1:${port}/`, { body: "ok", timing: { ...timing, timeoutMs: 60 } })).toMatchObject({
      ok: false,
      kind: "timeout",
    });
  });

  test.each([null, "ok"])("the connection is closed without an answer (body: %s)", async (body) => {
    const { port } = await rawServer((socket) => socket.once("data", () => socket.end()));
    const closing = { ok: false, kind: "answered", message: "closed the connection without an answer" };
    expect(await ask(`http://127.0.0.1:${port}/`, { body })).toMatchObject(closing);
    const resetting = await rawServer((socket) => socket.once("data", () => socket.resetAndDestroy()));
    expect(await ask(`http://127.0.0.1:${resetting.port}/`, { body })).toMatchObject(closing);
    const halfway = await rawServer(answering(["HTTP/1.1 200 OK\r\nContent-Le"]));
    expect(await ask(`http://127.0.0.1:${halfway.port}/`, { body })).toMatchObject({ ok: false, kind: "answered" });
  });

  test("something that is no HTTP is quoted, without its control characters", async () => {
    const { port } = await rawServer(answering(["-ERR unknown \u001B[31mcommand\r\n", "-ERR more\r\n"]));
    expect(await ask(`http://127.0.0.1:${port}/`)).toMatchObject({
      ok: false,
      kind: "answered",
      message: "answered, but not in HTTP: -ERR unknown command",
    });
    expect(await ask(`http://127.0.0.1:${port}/`, { body: "." })).toMatchObject({
      ok: false,
      kind: "answered",
      message: "answered, but not in HTTP",
    });
    const odd = await rawServer(answering(["HTTP/1.1 OK 200\r\n\r\n"]));
    expect(await ask(`http://127.0.0.1:${odd.port}/`)).toMatchObject({
      ok: false,
      message: /not in HTTP: HTTP\/1\.1 OK 200$/,
    });
  });

  test("headers without an end", async () => {
    const { port } = await rawServer(answering(["HTTP/1.1 200 OK\r\n", `X: ${"x".repeat(100_000)}`], { end: false }));
    for (const body of [null, "."]) {
      expect(await ask(`http://127.0.0.1:${port}/`, { body })).toMatchObject({
        ok: false,
        kind: "answered",
        message: "its headers are too long",
      });
    }
  });

  test("a host that does not exist", async () => {
    expect(await ask("http://no-such-host.invalid:80/")).toMatchObject({
      ok: false,
      kind: "other",
      message: "host not found: no-such-host.invalid",
    });
  });
});

describe("TLS", () => {
  async function httpsServer(): Promise<number> {
    return listen(createHttpsServer(selfSigned, (_, response) => response.end("ok")));
  }

  test("a self-signed certificate is not trusted, and the message says what to do", async () => {
    expect(await ask(`https://127.0.0.1:${await httpsServer()}/`)).toMatchObject({
      ok: false,
      kind: "answered",
      message: "certificate not trusted: self-signed (set NODE_EXTRA_CA_CERTS, or use a tcp check)",
    });
  });

  test("one that is trusted is fine, for a name and for an address, with and without a body", async () => {
    const port = await httpsServer();
    const folder = await mkdtemp(join(tmpdir(), "health-"));
    onTestFinished(() => rm(folder, { recursive: true }));
    const ca = join(folder, "ca.pem");
    await writeFile(ca, selfSigned.cert);
    const script = `
      import { probe } from ${JSON.stringify(new URL("../../../scripts/lib/health/probe.ts", import.meta.url).href)};
      for (const [host, body] of [["localhost", "ok"], ["127.0.0.1", null]]) {
        const check = { kind: "http", url: "https://" + host + ":${port}/", method: "GET", headers: {}, status: [{ from: 200, to: 200 }], body, timing: ${JSON.stringify(timing)} };
        console.log((await probe(check, {})).message);
      }`;
    const run = await promisify(execFile)(process.execPath, ["--input-type=module", "-e", script], {
      env: { ...process.env, NODE_EXTRA_CA_CERTS: ca },
    });
    expect(run.stdout.split("\n")).toEqual(["body matches /ok/", "status 200", ""]);
  });

  test("https asked of a plain server, and http of one with TLS", async () => {
    const plain = await httpServer((_, response) => response.end("ok"));
    expect(await ask(`https://127.0.0.1:${plain.port}/`)).toMatchObject({
      ok: false,
      kind: "answered",
      message: `no TLS spoken at 127.0.0.1:${plain.port} (is it http://?)`,
    });
    expect(await ask(`http://127.0.0.1:${await httpsServer()}/`)).toMatchObject({ ok: false, kind: "answered" });
  });
});

describe("localhost", () => {
  const answer = { ok: true, message: "status 200" };

  test("is 127.0.0.1 or ::1; either suffices", async () => {
    for (const host of ["127.0.0.1", "::1"]) {
      const { port } = await httpServer((_, response) => response.end(), host);
      expect(await ask(`http://localhost:${port}/`), host).toMatchObject(answer);
    }
  });

  test("a wrong answer on one does not hide a right one on the other", async () => {
    const { port, server } = await httpServer((_, response) => response.writeHead(503).end());
    expect(await ask(`http://localhost:${port}/`)).toMatchObject({ ok: false, message: "status 503, wanted 200" });
    const { server: second } = await httpServer((_, response) => response.end());
    second.close();
    await once(second, "close");
    await listen(second, "::1", port);
    expect(await ask(`http://localhost:${port}/`)).toMatchObject(answer);
    expect(server.listening).toBe(true);
  });

  test("silence on one does not hide an answer on the other", async () => {
    const { port } = await rawServer((socket) => socket.resume());
    const { server: second } = await httpServer((_, response) => response.end());
    second.close();
    await once(second, "close");
    await listen(second, "::1", port);
    expect(await ask(`http://localhost:${port}/`, { timing: { ...timing, timeoutMs: 400 } })).toMatchObject(answer);
  });

  test("a server that listens on both is asked once", async () => {
    let requests = 0;
    const { port } = await httpServer((_, response) => {
      requests += 1;
      response.end();
    }, "::");
    expect(await ask(`http://localhost:${port}/`)).toMatchObject(answer);
    expect(requests).toBe(1);
  });

  test("nobody listens on either", async () => {
    const port = await freePort();
    expect(await ask(`http://localhost:${port}/`)).toMatchObject({
      ok: false,
      kind: "refused",
      message: `connection refused localhost:${port}`,
    });
  });
});

describe("called off", () => {
  test.each([null, "."])("the connection is closed at once (body: %s)", async (body) => {
    const { promise: closed, resolve } = Promise.withResolvers<void>();
    const { promise: asked, resolve: nowAsked } = Promise.withResolvers<unknown>();
    const { port } = await rawServer((socket) => socket.once("data", nowAsked).once("end", resolve));
    const controller = new AbortController();
    const result = probe(
      httpCheck(`http://127.0.0.1:${port}/`, { body, timing: { ...timing, timeoutMs: 600_000 } }),
      contextOf(),
      controller.signal,
    );
    await asked;
    controller.abort();
    expect(await result).toMatchObject({ ok: false, kind: "other", message: "the probe was called off" });
    await closed;
  });

  test("before it began: nobody is asked", async () => {
    let connections = 0;
    const { port } = await rawServer(() => (connections += 1));
    const result = await probe(httpCheck(`http://127.0.0.1:${port}/`), contextOf(), AbortSignal.abort());
    expect(result).toMatchObject({ ok: false, message: "the probe was called off" });
    expect(await ask(`http://127.0.0.1:${port}/`, { timing: { ...timing, timeoutMs: 50 } })).toMatchObject({
      ok: false,
    });
    expect(connections).toBe(1);
  });
});

test("a hundred at once all succeed and leave no connection behind", async () => {
  const { port, server } = await httpServer((_, response) => response.end("ok"));
  const results = await Promise.all(
    Array.from({ length: 100 }, (_, index) => ask(`http://127.0.0.1:${port}/${index}`)),
  );
  expect(results.filter(({ ok }) => ok)).toHaveLength(100);
  const connections = (): Promise<number> =>
    new Promise((resolve, reject) => {
      server.getConnections((error, count) => (error ? reject(error) : resolve(count)));
    });
  await expect.poll(connections).toBe(0);
});
