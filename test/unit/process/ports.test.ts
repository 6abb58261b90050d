import { spawn } from "node:child_process";
import { once } from "node:events";
import { connect, createServer } from "node:net";
import { expect, test } from "vitest";
import { parseLsof, readLsofListeners } from "../../../scripts/lib/process/lsof-listeners.ts";
import {
  holdersOf,
  listeningPortsOf,
  portsHeldBy,
  readListeners,
  readListenersAhead,
} from "../../../scripts/lib/process/ports.ts";
import { parseSocketTable } from "../../../scripts/lib/process/socket-table.ts";

async function listen(host: string): Promise<AsyncDisposable & { port: number; address: string }> {
  const server = createServer();
  server.listen(0, host);
  await once(server, "listening");
  const bound = server.address();
  if (bound === null || typeof bound === "string") throw new Error("not listening");
  const { port, address } = bound;
  return { port, address, [Symbol.asyncDispose]: () => new Promise((resolve) => server.close(() => resolve())) };
}

test("what we listen on, on both families, and nothing that is only connected", async () => {
  await using four = await listen("127.0.0.1");
  await using any = await listen("0.0.0.0");
  await using six = await listen("::1");
  await using all = await listen("::");
  const client = connect(four.port, "127.0.0.1");
  await once(client, "connect");
  const ours = [four, any, six, all];
  const listeners = await readListeners();
  for (const { port, address } of ours) {
    expect(listeners.filter((listener) => listener.port === port)).toEqual([
      { port, address, uid: process.getuid?.(), inode: expect.stringMatching(/^\d+$/) },
    ]);
  }
  expect(listeners.some(({ port }) => port === client.localPort)).toBe(false);
  expect(listeningPortsOf([process.pid], listeners)).toEqual(
    expect.arrayContaining(ours.map(({ port }) => port).toSorted((a, b) => a - b)),
  );
  expect(listeningPortsOf([process.pid], listeners)).not.toContain(client.localPort);
  expect(listeningPortsOf([], listeners)).toEqual([]);
  client.destroy();
});

test("who holds a port: only taken ones are told", async () => {
  const child = spawn(process.execPath, [
    "-e",
    'require("net").createServer().listen(0, "127.0.0.1", function () { console.log(this.address().port) })',
  ]);
  const port = Number(String((await once(child.stdout, "data"))[0]));
  await using ours = await listen("127.0.0.1");
  const free = await freePort();
  const holders = holdersOf([free, port, ours.port], await readListeners());
  expect([...holders.keys()].toSorted((a, b) => a - b)).toEqual([port, ours.port].toSorted((a, b) => a - b));
  expect(holders.get(port)).toEqual({ pid: child.pid, command: expect.stringContaining("createServer()") });
  expect(holders.get(ours.port)?.pid).toBe(process.pid);
  expect(portsHeldBy(process.pid, [free, port, ours.port], await readListeners())).toEqual(new Set([ours.port]));
  expect(portsHeldBy(child.pid ?? 0, [free, port, ours.port], await readListeners())).toEqual(new Set([port]));
  expect(listeningPortsOf([child.pid ?? 0, process.pid], await readListeners())).toEqual(
    expect.arrayContaining([port, ours.port].toSorted((a, b) => a - b)),
  );
  child.kill("SIGKILL");
  await once(child, "exit");
  expect(holdersOf([port], await readListeners()).size).toBe(0);
});

test("a socket whose holder cannot be found belongs to somebody", () => {
  const orphan = { port: 1, address: "127.0.0.1", inode: "0", uid: 12 };
  expect(holdersOf([1, 2], [orphan])).toEqual(new Map([[1, { pid: null, command: null }]]));
  const known = { ...orphan, inode: "", pid: process.pid };
  expect(holdersOf([1], [known]).get(1)?.pid).toBe(process.pid);
});

test("the kernel's table: addresses of both families, listening ones only", () => {
  const text = [
    "  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode",
    "   0: 0100007F:1F90 00000000:0000 0A 00000000:00000000 00:00000000 00000000  1000        0 584 1 0 100 0 0 10 0",
    "   1: 0100007F:1F91 0100007F:C001 01 00000000:00000000 00:00000000 00000000  1000        0 585 1 0 100 0 0 10 0",
    "   2: 00000000000000000000000001000000:0050 00000000000000000000000000000000:0000 0A 0:0 00:0 0 0 0 586 1 0 100",
    "   3: B80D0120000000000000000001000000:0051 00000000000000000000000000000000:0000 0A 0:0 00:0 0 0 0 587 1 0 100",
    "",
  ].join("\n");
  expect(parseSocketTable(text)).toEqual([
    { port: 8080, address: "127.0.0.1", inode: "584", uid: 1000 },
    { port: 80, address: "::1", inode: "586", uid: 0 },
    { port: 81, address: "2001:db8::1", inode: "587", uid: 0 },
  ]);
});

test("lsof, where there is no /proc", async () => {
  expect(parseLsof("p12\nu501\nf3\nPTCP\nn127.0.0.1:8000\nf4\nPTCP\nn[::1]:8001\np13\nu0\nf3\nPTCP\nn*:80\n")).toEqual([
    { port: 8000, address: "127.0.0.1", uid: 501, pid: 12 },
    { port: 8001, address: "::1", uid: 501, pid: 12 },
    { port: 80, address: "::", uid: 0, pid: 13 },
  ]);
  await using ours = await listen("127.0.0.1");
  const listeners = readLsofListeners();
  // A machine without lsof knows nothing, and says so.
  if (listeners !== null) {
    expect(listeners).toContainEqual({
      port: ours.port,
      address: "127.0.0.1",
      uid: process.getuid?.(),
      pid: process.pid,
    });
  }
});

async function freePort(): Promise<number> {
  await using server = await listen("127.0.0.1");
  return server.port;
}

test("read ahead: the first answer is of the beginning, the next of its own moment", async () => {
  const recent = readListenersAhead(60_000);
  await readListeners();
  await using ours = await listen("127.0.0.1");
  const isOurs = ({ port }: { port: number }): boolean => port === ours.port;
  expect((await recent()).some(isOurs)).toBe(false);
  expect((await recent()).some(isOurs)).toBe(true);
  expect((await readListenersAhead(0)()).some(isOurs)).toBe(true);
});
