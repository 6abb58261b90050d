import type { Server } from "node:net";
import type { Duplex } from "node:stream";
import { join } from "node:path";
import { listenControl, removeControl } from "../control/control-socket.ts";
import type { HostedSupervisor } from "../control/hosted-supervisor.ts";
import type { Emit } from "../model/event.ts";
import type { PauseAt } from "../process/fault-point.ts";
import { takeLock } from "../process/lock.ts";
import type { StateDocument } from "../model/state-document.ts";
import type { WorkspacePaths } from "../model/workspace.ts";
import { writeState } from "../state/state-file.ts";
import { recordStartups } from "./record-startups.ts";
import { refuseClient } from "./refuse-client.ts";
import { type Client, serveClient } from "./serve-client.ts";
import type { Conductor } from "./conductor.ts";

export interface SupervisorOptions {
  readonly paths: WorkspacePaths;
  readonly version: string;
  /** The socket pair of the command that launched us; null when there is none. */
  readonly firstClient: Duplex | null;
  /** true: state.json is of a format we do not know; it is left as it is. */
  readonly keepState: () => boolean;
  readonly pauseAt: PauseAt;
  /** Called when there is nothing left to do, with the lock still in hand. */
  readonly atEnd: () => Promise<void>;
  /** Hears everything that happens, and writes down what it keeps when it is told to: at the end. */
  readonly eventLog: { readonly hear: Emit; readonly flush: () => void };
  /** Called with the workspace's lock in hand, or in vain. */
  readonly conduct: (hooks: { readonly onChange: () => void; readonly persist: () => void }) => Conductor;
}

/**
 * How long state.json may lag behind. What must not be lost (a process) is in its pid file at once. With hundreds of services a write takes
 * milliseconds: then it waits longer, so that a fortieth of the time goes into writing.
 */
const persistDelayMs = 20;
const persistShare = 40;

export interface Supervision extends HostedSupervisor {
  /** A bug: tells the clients before the process dies. */
  reportBug(stack: string): void;
}

/** Runs a workspace's supervisor: takes the lock, answers clients, keeps state.json, and ends when nothing runs and nobody waits. */
export async function supervise(options: SupervisorOptions): Promise<Supervision> {
  const { paths, version, firstClient } = options;
  const clients = new Set<Client>();
  const ended = Promise.withResolvers<void>();
  const lock = await takeLock(join(paths.state, "lock.db"));
  if (lock !== null) options.pauseAt("lock-taken");
  let server: Server | null = null;
  let persistTimer: NodeJS.Timeout | null = null;
  let hasEnded = false;
  let writeMs = 0;

  const conductor = options.conduct({ onChange, persist });
  conductor.hear(recordStartups(paths));
  conductor.hear(options.eventLog.hear);

  function persist(): void {
    if (persistTimer) clearTimeout(persistTimer);
    persistTimer = null;
    if (!hasEnded) save(conductor.document());
  }

  function save(document: StateDocument): void {
    if (options.keepState()) return;
    const before = performance.now();
    try {
      writeState(paths, document);
    } catch (error) {
      // The services matter more than the record of them; pid files are written apart.
      console.error(`state.json could not be written: ${String(error)}`);
    }
    writeMs = performance.now() - before;
  }

  function onChange(): void {
    persistTimer ??= setTimeout(persist, Math.max(persistDelayMs, persistShare * writeMs));
    setImmediate(endWhenIdle);
  }

  function endWhenIdle(): void {
    if (conductor.isIdle && [...clients].every(({ isWaiting }) => !isWaiting)) end();
  }

  function end(): void {
    if (hasEnded || lock === null) return;
    hasEnded = true;
    // One that never took stock cannot say that nothing was left before it; one that retires leaves what runs.
    const isClean = conductor.hasStock && conductor.isIdle;
    const document = conductor.document();
    save(isClean ? { ...document, supervisor: null } : document);
    server?.close();
    removeControl(paths.state);
    void hangUp();
  }

  async function hangUp(): Promise<void> {
    await Promise.all([...clients].map((client) => client.end()));
    options.eventLog.flush();
    await options.atEnd();
    lock?.release();
    ended.resolve();
  }

  function attach(stream: Duplex): void {
    if (hasEnded || lock === null) return void stream.destroy();
    const client = serveClient(stream, { version, conductor, onRetire: end, onQuiet: onChange });
    clients.add(client);
    void forgetWhenClosed(client);
  }

  async function forgetWhenClosed(client: Client): Promise<void> {
    await client.closed;
    clients.delete(client);
    setImmediate(endWhenIdle);
  }

  if (lock === null) {
    if (firstClient) await refuseClient(firstClient);
    ended.resolve();
  } else {
    if (firstClient) attach(firstClient);
    server = await listenControl(paths.state, attach);
    if (!firstClient) setTimeout(endWhenIdle, 1_000);
  }
  return {
    ended: ended.promise,
    attach,
    retire: end,
    reportBug: (stack) => {
      options.eventLog.flush();
      for (const client of clients) client.send({ type: "bug", stack });
    },
  };
}
