import { chmodSync, closeSync, existsSync, openSync, statSync, unlinkSync } from "node:fs";
import { connect, createServer, type Server, type Socket } from "node:net";
import { join } from "node:path";
import { errnoOf } from "../diagnostic/errno-of.ts";

const socketName = "ctl";

/**
 * Connects to the supervisor's socket in `folder`.
 *
 * @returns null when nobody listens there.
 */
export async function connectControl(folder: string): Promise<Socket | null> {
  if (!hasControl(folder)) return null;
  const { path, release } = reachable(folder);
  try {
    return await new Promise((resolve) => {
      const socket = connect({ path });
      socket.once("connect", () => resolve(socket));
      socket.once("error", () => resolve(null));
    });
  } finally {
    release();
  }
}

/**
 * Listens on the socket in `folder`, mode 0600. A socket left by a dead supervisor is removed: call it only with the workspace's lock in hand.
 */
export async function listenControl(folder: string, onClient: (socket: Socket) => void): Promise<Server> {
  try {
    unlinkSync(join(folder, socketName));
  } catch (error) {
    if (errnoOf(error) !== "ENOENT") throw error;
  }
  const { path, release } = reachable(folder);
  const server = createServer(onClient);
  try {
    await new Promise<void>((resolve, reject) => {
      server.once("listening", resolve).once("error", reject);
      server.listen({ path });
    });
    chmodSync(join(folder, socketName), 0o600);
  } finally {
    release();
  }
  return server;
}

/** Whether there is a socket, of a supervisor that lives or of one that was killed. */
export function hasControl(folder: string): boolean {
  return existsSync(join(folder, socketName));
}

/** Tells one socket from the next one in its place; null where there is none. */
export function stampOfControl(folder: string): string | null {
  const stat = statSync(join(folder, socketName), { throwIfNoEntry: false });
  return stat === undefined ? null : `${stat.ino} ${stat.ctimeMs}`;
}

export function removeControl(folder: string): void {
  try {
    unlinkSync(join(folder, socketName));
  } catch {
    // Gone already: libuv removes it by the path it listened on, where that still resolves.
  }
}

/** A socket's path may have 108 bytes; through a descriptor of the folder, depth does not matter. */
function reachable(folder: string): { path: string; release: () => void } {
  if (!existsSync("/proc/self/fd")) return { path: join(folder, socketName), release: () => {} };
  const descriptor = openSync(folder, "r");
  return { path: `/proc/self/fd/${descriptor}/${socketName}`, release: () => closeSync(descriptor) };
}
