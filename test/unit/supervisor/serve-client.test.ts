import { mkdtempSync, rmSync } from "node:fs";
import { connect, createServer, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { once } from "node:events";
import { expect, onTestFinished, test } from "vitest";
import type { Answer } from "../../../scripts/lib/control/protocol.ts";
import { ChannelLost, supervisorChannel } from "../../../scripts/lib/control/supervisor-channel.ts";
import type { Emit, Event } from "../../../scripts/lib/model/event.ts";
import type { StateDocument } from "../../../scripts/lib/model/state-document.ts";
import type { Conductor } from "../../../scripts/lib/supervisor/conductor.ts";
import { type Client, serveClient } from "../../../scripts/lib/supervisor/serve-client.ts";
import { until } from "../../support/until.ts";

const document: StateDocument = {
  format: 1,
  workspace: "shop",
  file: "",
  fileHash: "",
  fileStamp: "",
  profiles: [],
  supervisor: null,
  desired: "running",
  services: [],
};
const event: Event = { type: "probe-failed", at: 1, service: "web", message: "x".repeat(10_000) };

/** A client over a real socket, the supervisor's end of it, and who hears what happens. */
async function served(
  begin: Conductor["begin"],
): Promise<{ readonly socket: Socket; readonly client: Client; readonly hearers: Set<Emit> }> {
  const folder = mkdtempSync(join(tmpdir(), "serve-"));
  const hearers = new Set<Emit>();
  const serving = Promise.withResolvers<Client>();
  const conductor = {
    isIdle: true,
    hasStock: true,
    isPreparing: false,
    document: () => document,
    probeAll: () => Promise.resolve(),
    begin,
    hear(emit: Emit) {
      hearers.add(emit);
      return () => void hearers.delete(emit);
    },
  };
  const server = createServer((stream) => {
    const client = serveClient(stream, { version: "1", conductor, onRetire: () => {}, onQuiet: () => {} });
    serving.resolve(client);
  }).listen(join(folder, "s"));
  await once(server, "listening");
  const socket = connect(join(folder, "s"));
  onTestFinished(() => {
    socket.destroy();
    server.close();
    rmSync(folder, { recursive: true });
  });
  return { socket, client: await serving.promise, hearers };
}

async function followed(): Promise<{ readonly socket: Socket; readonly heard: Event[]; readonly hearers: Set<Emit> }> {
  const { socket, hearers } = await served(() => {
    throw new Error("nothing is asked");
  });
  const heard: Event[] = [];
  await supervisorChannel(socket, "1").follow((next) => heard.push(next));
  return { socket, heard, hearers };
}

test("a follower hears everything, until it goes", async () => {
  const { socket, heard, hearers } = await followed();
  for (let count = 0; count < 300; count += 1) for (const tell of hearers) tell(event);
  await until(() => heard.length === 300, "it hears all");
  expect(heard[0]).toEqual(event);
  socket.destroy();
  await until(() => hearers.size === 0, "nobody tells it any more");
});

test("a follower that does not read is hung up on, before it takes the supervisor's memory", async () => {
  const { socket, hearers } = await followed();
  socket.pause();
  let told = 0;
  await until(() => {
    for (const tell of hearers) tell(event);
    for (let more = 0; more < 50; more += 1) for (const tell of hearers) tell(event);
    told += 51;
    return hearers.size === 0;
  }, "it is hung up on");
  expect(told * 10_000).toBeLessThan(20e6);
});

const stop = { kind: "stop", services: ["web"], force: false, timeoutMs: null, ordered: false } as const;
const report = { ok: true, durationMs: 1, stopped: ["web"], forced: [], survivors: [], strangers: [] };

test("one that asked and does not read gets its answer, and events only as far as memory allows", async () => {
  const done = Promise.withResolvers<Answer>();
  let tell: Emit | null = null;
  const { socket } = await served((_, emit) => {
    tell = emit;
    return { done: done.promise, interrupt: () => {} };
  });
  let heard = 0;
  const answer = supervisorChannel(socket, "1").stop(stop, () => (heard += 1));
  await until(() => tell !== null, "it has asked");
  socket.pause();
  for (let turn = 0; turn < 100; turn += 1) {
    for (let count = 0; count < 50; count += 1) (tell as Emit | null)?.(event);
    await new Promise(setImmediate);
  }
  done.resolve({ kind: "stop", report });
  socket.resume();
  expect(await answer).toEqual(report);
  expect(heard * 10_000).toBeGreaterThan(3e6);
  expect(heard * 10_000).toBeLessThan(20e6);
});

test("what is asked after the end begins nothing: the line closes, and the client may try again", async () => {
  let begun = 0;
  const { socket, client } = await served(() => {
    begun += 1;
    return { done: Promise.resolve({ kind: "stop", report }), interrupt: () => {} };
  });
  const channel = supervisorChannel(socket, "1");
  await channel.greeting;
  const asked = expect(channel.stop(stop, () => {})).rejects.toBeInstanceOf(ChannelLost);
  await client.end();
  await asked;
  expect(begun).toBe(0);
});
