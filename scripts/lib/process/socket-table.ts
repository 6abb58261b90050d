import { promises } from "node:fs";
import type { FileHandle } from "node:fs/promises";
import { endianness } from "node:os";
import { isAboutTheProcess } from "./proc-table.ts";

export interface ListeningSocket {
  readonly port: number;
  readonly address: string;
  readonly inode: string;
  readonly uid: number;
}

/**
 * The listening sockets of /proc/net/tcp or tcp6; none when there is no such file (a kernel without IPv6).
 *
 * The kernel lists them before all others, so reading ends with them: what may follow are thousands of connections. Even so it takes the kernel 2 to 6 ms
 * (behind the last listening socket it walks its whole table of connections), hence off the main thread.
 */
export async function readSocketTable(file: string): Promise<readonly ListeningSocket[]> {
  let table: FileHandle;
  try {
    table = await promises.open(file, "r");
  } catch (error) {
    if (isAboutTheProcess(error)) return [];
    throw error;
  }
  try {
    const chunk = Buffer.alloc(64 * 1024);
    let text = "";
    for (;;) {
      const { bytesRead } = await table.read(chunk, 0, chunk.length, null);
      text += chunk.toString("latin1", 0, bytesRead);
      if (bytesRead === 0 || isPastListening(text)) return parseSocketTable(text);
    }
  } finally {
    await table.close();
  }
}

/** Columns: sl local remote st tx:rx tr:when retrnsmt uid timeout inode; state 0A is LISTEN. See proc_net_tcp in the kernel's documentation. */
export function parseSocketTable(text: string): ListeningSocket[] {
  const listeners: ListeningSocket[] = [];
  for (const line of text.split("\n").slice(1)) {
    const [, local = "", , state, , , , uid, , inode] = line.trim().split(/\s+/);
    if (state !== "0A" || inode === undefined) continue;
    const [address = "", port = ""] = local.split(":");
    listeners.push({ port: Number.parseInt(port, 16), address: addressOf(address), inode, uid: Number(uid) });
  }
  return listeners;
}

/** Whether the last whole line is of a connection. Old kernels list half-open ones (03) among the listening sockets. */
function isPastListening(text: string): boolean {
  const lines = text.split("\n");
  const state = lines.length > 2 ? lines.at(-2)?.trim().split(/\s+/)[3] : "0A";
  return state !== "0A" && state !== "03";
}

/** The kernel prints addresses as 32-bit words in the machine's byte order. */
function addressOf(hex: string): string {
  const words = Buffer.from(hex, "hex");
  if (endianness() === "LE") words.swap32();
  if (words.length === 4) return words.join(".");
  const groups = Array.from({ length: 8 }, (_, index) => words.readUInt16BE(index * 2).toString(16));
  // URL knows the shortest spelling of an IPv6 address (RFC 5952).
  return new URL(`http://[${groups.join(":")}]`).hostname.slice(1, -1);
}
