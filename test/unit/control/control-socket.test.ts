import { existsSync, mkdirSync, mkdtempSync, rmSync, statSync, writeFileSync } from "node:fs";
import { once } from "node:events";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { connectControl, listenControl, removeControl } from "../../../scripts/lib/control/control-socket.ts";

let folder = "";
beforeEach(() => (folder = mkdtempSync(join(tmpdir(), "control-"))));
afterEach(() => rmSync(folder, { recursive: true }));

async function roundTrip(where: string): Promise<string> {
  const server = await listenControl(where, (socket) => socket.end("hello"));
  const client = await connectControl(where);
  if (client === null) throw new Error("nobody listens");
  const [said]: Buffer[] = await once(client, "data");
  client.destroy();
  server.close();
  await once(server, "close");
  return String(said);
}

test("a client reaches the server, on a socket nobody else may open", async () => {
  const server = await listenControl(folder, (socket) => socket.destroy());
  expect(statSync(join(folder, "ctl")).mode & 0o777).toBe(0o600);
  server.close();
  await once(server, "close");
  expect(await roundTrip(folder)).toBe("hello");
});

test("the folder may lie deeper than a socket's path may be long", async () => {
  const deep = join(folder, "ä folder with blanks", "x".repeat(200), "y".repeat(200));
  mkdirSync(deep, { recursive: true });
  expect(Buffer.byteLength(deep)).toBeGreaterThan(108);
  expect(await roundTrip(deep)).toBe("hello");
});

test("nobody there: null, whether the socket is missing, left over or no socket at all", async () => {
  expect(await connectControl(folder)).toBeNull();
  writeFileSync(join(folder, "ctl"), "no socket");
  expect(await connectControl(folder)).toBeNull();
});

test("a socket left by a dead supervisor is replaced", async () => {
  writeFileSync(join(folder, "ctl"), "");
  expect(await roundTrip(folder)).toBe("hello");
  removeControl(folder);
  expect(existsSync(join(folder, "ctl"))).toBe(false);
});
