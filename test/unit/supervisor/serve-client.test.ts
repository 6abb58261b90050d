import { mkdtempSync, rmSync } from "node:fs";
import { connect, createServer, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { once } from "node:events";
import { expect, onTestFinished, test } from "vitest";
import { supervisorChannel } from "../../../scripts/lib/control/supervisor-channel.ts";
import type { Emit, Event } from "../../../scripts/lib/model/event.ts";
import type { StateDocument } from "../../../scripts/lib/model/state-document.ts";
import { serveClient } from "../../../scripts/lib/supervisor/serve-client.ts";
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

/** A follower over a real socket, and who tells it. */
async function followed(): Promise<{ readonly socket: Socket; readonly heard: Event[]; readonly hearers: Set<Emit> }> {
  const folder = mkdtempSync(join(tmpdir(), "serve-"));
  const hearers = new Set<Emit>();
  const conductor = {
    isIdle: true,
    hasStock: true,
    isPreparing: false,
    document: () => document,
    probeAll: () => Promise.resolve(),
    begin: () => {
      throw new Error("nothing is asked");
    },
    hear(emit: Emit) {
      hearers.add(emit);
      return () => void hearers.delete(emit);
    },
  };
  const server = createServer((stream) => {
    serveClient(stream, { version: "1", conductor, onRetire: () => {}, onQuiet: () => {} });
  }).listen(join(folder, "s"));
  await once(server, "listening");
  const socket = connect(join(folder, "s"));
  onTestFinished(() => {
    socket.destroy();
    server.close();
    rmSync(folder, { recursive: true });
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
