import { readFileSync } from "node:fs";

/** Ports of one vitest worker: a block of 1000 from 20000 on, all below the range the kernel gives to outgoing connections. */
const blocks = 12;
const poolId = Number(process.env["VITEST_POOL_ID"] ?? 1);
const first = 20_000 + 1000 * (poolId % blocks);
// Two test runs on one machine have the same pool ids: begin at different places of the block.
let next = (process.pid * 61) % 1000;
let inUse: ReadonlySet<number> = new Set();
let readAt = Number.NEGATIVE_INFINITY;

/** A port nobody has a socket on, never given twice by this worker before it has gone round its block. */
export function freePort(): number {
  // A machine that just ran many tests has ten thousand closing sockets in this table: not read for each port.
  if (performance.now() - readAt > 1000) [inUse, readAt] = [portsInUse(), performance.now()];
  for (let tries = 0; tries < 1000; tries += 1) {
    const port = first + next;
    next = (next + 1) % 1000;
    if (!inUse.has(port)) return port;
  }
  throw new Error(`No free port from ${first} to ${first + 999}`);
}

function portsInUse(): ReadonlySet<number> {
  const ports = new Set<number>();
  for (const table of ["/proc/net/tcp", "/proc/net/tcp6"]) {
    for (const line of readFileSync(table, "latin1").split("\n").slice(1)) {
      const local = line.trim().split(/\s+/)[1];
      if (local) ports.add(Number.parseInt(local.slice(local.indexOf(":") + 1), 16));
    }
  }
  return ports;
}
