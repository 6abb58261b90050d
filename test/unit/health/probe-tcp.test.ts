import { once } from "node:events";
import { connect } from "node:net";
import { expect, test } from "vitest";
import { isConnectedToItself } from "../../../scripts/lib/health/is-connected-to-itself.ts";
import { probe } from "../../../scripts/lib/health/probe.ts";
import { contextOf, tcpCheck } from "./checks.ts";
import { freePort, rawServer } from "./servers.ts";

const ask = (...targets: { host: string; port: number }[]): ReturnType<typeof probe> =>
  probe(tcpCheck(...targets), contextOf());

test("a connection that is accepted is a success, and is closed again", async () => {
  const { promise: closed, resolve } = Promise.withResolvers<void>();
  const { port } = await rawServer((socket) => socket.resume().once("end", resolve));
  expect(await ask({ host: "127.0.0.1", port })).toMatchObject({
    ok: true,
    message: `connection accepted 127.0.0.1:${port}`,
  });
  await closed;
});

test("every target must accept; the first that does not is named", async () => {
  const one = await rawServer((socket) => socket.end());
  const two = await rawServer((socket) => socket.end());
  const [missing, alsoMissing] = [await freePort(), await freePort()];
  const host = "127.0.0.1";
  expect(await ask({ host, port: one.port }, { host, port: two.port })).toMatchObject({ ok: true });
  expect(
    await ask({ host, port: one.port }, { host, port: missing }, { host, port: two.port }, { host, port: alsoMissing }),
  ).toMatchObject({ ok: false, kind: "refused", message: `connection refused 127.0.0.1:${missing}` });
});

test("localhost is either of 127.0.0.1 and ::1, for each target by itself", async () => {
  const four = await rawServer((socket) => socket.end(), "127.0.0.1");
  const six = await rawServer((socket) => socket.end(), "::1");
  expect(await ask({ host: "localhost", port: four.port }, { host: "localhost", port: six.port })).toMatchObject({
    ok: true,
  });
  const port = await freePort();
  expect(await ask({ host: "localhost", port })).toMatchObject({
    kind: "refused",
    message: `connection refused localhost:${port}`,
  });
  expect(await ask({ host: "::1", port })).toMatchObject({
    kind: "refused",
    message: `connection refused [::1]:${port}`,
  });
});

test("a socket that TCP connected to itself is recognised, one to a server is not", async () => {
  const port = await freePort();
  const self = connect({ host: "127.0.0.1", port, localAddress: "127.0.0.1", localPort: port });
  await once(self, "connect");
  expect(isConnectedToItself(self)).toBe(true);
  self.destroy();

  const server = await rawServer((socket) => socket.end());
  const other = connect({ host: "127.0.0.1", port: server.port });
  await once(other, "connect");
  expect(isConnectedToItself(other)).toBe(false);
  other.destroy();
});

test("called off before it began", async () => {
  const { port } = await rawServer((socket) => socket.end());
  expect(await probe(tcpCheck({ host: "localhost", port }), contextOf(), AbortSignal.abort())).toMatchObject({
    ok: false,
    kind: "other",
  });
});
