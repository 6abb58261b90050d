import { once } from "node:events";
import { createServer } from "node:net";
import { readProc } from "./process-row.ts";

const firstPort = 9000;
const blockSize = 1100;
const blocks = 10;

/**
 * The first port of a block of 1,100 on which nobody has a socket that listens.
 *
 * All blocks end below 20,000: the kernel gives higher ports to outgoing connections, and a connection may then meet itself. A block is claimed by an abstract
 * socket, which the kernel frees when the bench ends, so that two runs on one machine do not meet.
 *
 * @throws {Error} Every block is taken.
 */
export async function freePorts(): Promise<number> {
  const lowestEphemeral = Number(readProc("sys/net/ipv4/ip_local_port_range").split(/\s/)[0]) || 32_768;
  const listening = listeningPorts();
  for (let block = 0; block < blocks; block += 1) {
    const first = firstPort + block * blockSize;
    const isFree = ![...listening].some((port) => port >= first && port < first + blockSize);
    if (isFree && first + blockSize <= lowestEphemeral && (await claim(block))) return first;
  }
  throw new Error(`No free block of ports from ${firstPort} to ${firstPort + blocks * blockSize - 1}`);
}

async function claim(block: number): Promise<boolean> {
  const holder = createServer().unref();
  return await once(holder.listen(`\0groundswell-bench-ports-${block}`), "listening").then(
    () => true,
    () => false,
  );
}

function listeningPorts(): ReadonlySet<number> {
  const lines = ["net/tcp", "net/tcp6"].flatMap((table) => readProc(table).split("\n").slice(1));
  const rows = lines.map((line) => line.trim().split(/\s+/));
  return new Set(
    rows.filter((row) => row[3] === "0A").map(([, local = ""]) => Number.parseInt(local.split(":").at(-1) ?? "", 16)),
  );
}
