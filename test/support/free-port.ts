import { once } from "node:events";
import { readFileSync } from "node:fs";
import { createServer } from "node:net";

// Each vitest worker has 1000 ports from 20000 on, all below the range the kernel gives to outgoing connections. Other test runs on this
// machine count their workers from 1 too, so 100 of them are claimed by an abstract socket, which the kernel frees when the worker ends.
const firstPort = 20_000;
const slotSize = 100;
const slotsAWorker = 10;
const slots = 120;
const poolId = Number(process.env["VITEST_POOL_ID"] ?? 1);

const first = firstPort + slotSize * (await claimSlot());
/** The state of a closed connection, as /proc/net/tcp writes it. */
const timeWait = "06";
let next = 0;
let inUse: ReadonlySet<number> = new Set();
let readAt = Number.NEGATIVE_INFINITY;

/** A port nobody has a socket on, never given twice by this worker before it has gone round its slot. */
export function freePort(): number {
  // A machine that just ran many tests has ten thousand closing sockets in this table: not read for each port.
  if (performance.now() - readAt > 1000) [inUse, readAt] = [portsInUse(), performance.now()];
  for (let tries = 0; tries < slotSize; tries += 1) {
    const port = first + next;
    next = (next + 1) % slotSize;
    if (!inUse.has(port)) return port;
  }
  throw new Error(`No free port from ${first} to ${first + slotSize - 1}`);
}

async function claimSlot(): Promise<number> {
  for (let tries = 0; tries < slots; tries += 1) {
    const slot = (poolId * slotsAWorker + tries) % slots;
    const claim = createServer().unref();
    const isMine = await once(claim.listen(`\0groundswell-test-ports-${slot}`), "listening").then(
      () => true,
      () => false,
    );
    if (isMine) return slot;
  }
  throw new Error("Every slot of test ports is taken");
}

function portsInUse(): ReadonlySet<number> {
  const ports = new Set<number>();
  for (const table of ["/proc/net/tcp", "/proc/net/tcp6"]) {
    for (const line of readFileSync(table, "latin1").split("\n").slice(1)) {
      const [, local, , state] = line.trim().split(/\s+/);
      // One that waits out its last minute keeps nobody from listening, and after some tests there are hundreds of them.
      if (local && state !== timeWait) ports.add(Number.parseInt(local.slice(local.indexOf(":") + 1), 16));
    }
  }
  return ports;
}
