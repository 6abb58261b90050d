import { once } from "node:events";
import { connect, createServer, type Socket } from "node:net";
import { afterEach, beforeEach, expect, test } from "vitest";
import { messageStream } from "../../../scripts/lib/control/message-stream.ts";

interface Note {
  readonly text: string;
}

function isNote(value: unknown): value is Note {
  return typeof value === "object" && value !== null && "text" in value && typeof value.text === "string";
}

let near: Socket;
let far: Socket;
beforeEach(async () => {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("no port");
  near = connect(address.port, "127.0.0.1");
  const [accepted]: Socket[] = await once(server, "connection");
  if (accepted === undefined) throw new Error("no connection");
  far = accepted;
  server.close();
});
afterEach(() => {
  near.destroy();
  far.destroy();
});

test("messages come whole and in order, however the bytes are cut", async () => {
  const heard: string[] = [];
  const all = Promise.withResolvers<void>();
  messageStream<Note, Note>(near, isNote).onMessage(({ text }) => {
    heard.push(text);
    if (heard.length === 3) all.resolve();
  });
  far.setNoDelay(true);
  for (const byte of Buffer.from('{"text":"ä"}\n{"text":"two\\nlines"}\n{"text":"🌊"}\n')) far.write(Buffer.of(byte));
  await all.promise;
  expect(heard).toEqual(["ä", "two\nlines", "🌊"]);
});

test("what came before anybody listened is kept", async () => {
  const stream = messageStream<Note, Note>(near, isNote);
  const arrived = once(near, "data");
  far.write('{"text":"early"}\n');
  await arrived;
  const heard: string[] = [];
  stream.onMessage(({ text }) => void heard.push(text));
  expect(heard).toEqual(["early"]);
});

test.each(["no json\n", '{"other":1}\n', "[]\n", "null\n"])("%j is none of ours: the line is closed", async (sent) => {
  const stream = messageStream<Note, Note>(near, isNote);
  far.write(sent);
  await stream.closed;
});

test("end sends what is queued, and closed follows", async () => {
  const stream = messageStream<Note, Note>(near, isNote);
  const heard: Note[] = [];
  const peer = messageStream<Note, Note>(far, isNote);
  peer.onMessage((note) => void heard.push(note));
  for (let count = 0; count < 1_000; count += 1) stream.send({ text: "x".repeat(1_000) });
  const ended = stream.end();
  await peer.closed;
  await ended;
  expect(heard).toHaveLength(1_000);
});

test("what may come soon comes in order, in one piece, and before the end", async () => {
  const stream = messageStream<Note, Note>(near, isNote);
  const heard: string[] = [];
  let chunks = 0;
  far.on("data", () => (chunks += 1));
  const peer = messageStream<Note, Note>(far, isNote);
  const third = Promise.withResolvers<void>();
  peer.onMessage(({ text }) => {
    heard.push(text);
    if (heard.length === 3) third.resolve();
  });
  stream.sendSoon({ text: "1" });
  stream.sendSoon({ text: "2" });
  stream.send({ text: "3" });
  await third.promise;
  expect(chunks).toBe(1);
  stream.sendSoon({ text: "4" });
  await stream.end();
  await peer.closed;
  expect(heard).toEqual(["1", "2", "3", "4"]);
});
