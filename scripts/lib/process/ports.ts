import { readdirSync, readlinkSync } from "node:fs";
import { readLsofListeners } from "./lsof-listeners.ts";
import { readSocketTable } from "./socket-table.ts";
import { commandLineOf, hasProc, isAboutTheProcess, readProcFile } from "./proc-table.ts";

/** A TCP socket that accepts connections. */
export interface Listener {
  readonly port: number;
  /** As text: 127.0.0.1, ::1, 0.0.0.0 or :: for any. */
  readonly address: string;
  /** Number of the socket, by which its holder is found; "" where the system has none. */
  readonly inode: string;
  readonly uid: number;
  /** Known at once on systems without /proc. */
  readonly pid?: number;
}

export type PortHolder =
  | { readonly pid: number; readonly command: string }
  | { readonly pid: null; readonly command: null };

/** Every listening TCP socket, of both families. Some milliseconds: read once for many questions. */
export async function readListeners(): Promise<readonly Listener[]> {
  if (!hasProc) return (readLsofListeners() ?? []).map((listener) => ({ ...listener, inode: "" }));
  const files = hasSocketsOf6() ? ["/proc/net/tcp", "/proc/net/tcp6"] : ["/proc/net/tcp"];
  return (await Promise.all(files.map(readSocketTable))).flat();
}

/**
 * Begins to read them now, for whoever asks soon: the first answer is as of now, where it is asked for within `freshMs`; all others are read when asked for.
 */
export function readListenersAhead(freshMs: number): () => Promise<readonly Listener[]> {
  const staleAt = performance.now() + freshMs;
  let ahead: Promise<readonly Listener[]> | null = readListeners();
  // Told to whoever asks; if nobody does, it is no news.
  ahead.catch(() => {});
  return () => {
    const first = ahead;
    ahead = null;
    return first !== null && performance.now() < staleAt ? first : readListeners();
  };
}

/** Reading that there are none takes the kernel as long as reading many. */
function hasSocketsOf6(): boolean {
  return !/^TCP6: inuse 0$/m.test(readProcFile("/proc/net/sockstat6") ?? "");
}

/**
 * Who holds the ports. One walk over /proc/PID/fd, only if a port is taken.
 *
 * @returns Only taken ports; the holder is null when it belongs to a user whose descriptors we may not read.
 */
export function holdersOf(ports: readonly number[], listeners: readonly Listener[]): ReadonlyMap<number, PortHolder> {
  const holders = new Map<number, PortHolder>();
  const taken = listeners.filter((listener) => ports.includes(listener.port));
  const portOf = new Map(taken.filter(({ inode }) => inode !== "").map(({ inode, port }) => [inode, port]));
  for (const { port, pid } of taken) {
    const known = holders.get(port)?.pid ?? pid;
    holders.set(port, known === undefined ? { pid: null, command: null } : { pid: known, command: nameOf(known) });
  }
  if (portOf.size === 0) return holders;
  for (const pid of processIds()) {
    for (const inode of socketsOf(pid)) {
      const port = portOf.get(inode);
      if (port === undefined || holders.get(port)?.pid !== null) continue;
      holders.set(port, { pid, command: nameOf(pid) });
    }
    if ([...holders.values()].every((holder) => holder.pid !== null)) break;
  }
  return holders;
}

/**
 * The ports among `ports` that this process itself has a listening socket on: a few microseconds for each of its descriptors, where `holdersOf` reads
 * those of every process.
 */
export function portsHeldBy(
  pid: number,
  ports: readonly number[],
  listeners: readonly Listener[],
): ReadonlySet<number> {
  const wanted = listeners.filter(({ port }) => ports.includes(port));
  const sockets = new Set(hasProc ? socketsOf(pid) : []);
  const own = wanted.filter((listener) =>
    listener.pid === undefined ? sockets.has(listener.inode) : listener.pid === pid,
  );
  return new Set(own.map(({ port }) => port));
}

/** The ports that any of these processes listens on: sorted, each once. */
export function listeningPortsOf(pids: Iterable<number>, listeners: readonly Listener[]): readonly number[] {
  const wanted = new Set(pids);
  const sockets = new Set(hasProc ? [...wanted].flatMap((pid) => socketsOf(pid)) : []);
  const ports = listeners
    .filter(({ inode, pid }) => (pid === undefined ? sockets.has(inode) : wanted.has(pid)))
    .map(({ port }) => port);
  return [...new Set(ports)].toSorted((a, b) => a - b);
}

function nameOf(pid: number): string {
  return commandLineOf(pid) ?? "";
}

function processIds(): number[] {
  return readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .map(Number);
}

/** Socket numbers among the descriptors of a process; none when it is gone or not ours to read. */
function socketsOf(pid: number): string[] {
  const sockets: string[] = [];
  try {
    for (const descriptor of readdirSync(`/proc/${pid}/fd`)) {
      const inode = /^socket:\[(\d+)\]$/.exec(linkOf(`/proc/${pid}/fd/${descriptor}`))?.[1];
      if (inode !== undefined) sockets.push(inode);
    }
  } catch (error) {
    if (!isAboutTheProcess(error)) throw error;
  }
  return sockets;
}

/** "" for a descriptor closed meanwhile. */
function linkOf(path: string): string {
  try {
    return readlinkSync(path);
  } catch (error) {
    if (isAboutTheProcess(error)) return "";
    throw error;
  }
}
