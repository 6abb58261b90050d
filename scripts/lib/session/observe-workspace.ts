import { setTimeout as delay } from "node:timers/promises";
import { stampOfControl } from "../control/control-socket.ts";
import type { SupervisorChannel, Told } from "../control/supervisor-channel.ts";
import type { Emit } from "../model/event.ts";
import type { WorkspacePaths } from "../model/workspace.ts";
import { type Standing, standingOnDisk } from "./ask-status.ts";
import { isSupervisorStopped } from "./is-supervisor-stopped.ts";
import { type Reached, reachSupervisor } from "./reach-supervisor.ts";

/** A workspace as it changes, whoever supervises it: nobody yet, one supervisor after another, nobody any more. */
export interface Observer {
  /** How everything stands now. One look at a time. Throws `STATE_NEWER` as `readState` does. */
  look(): Promise<Standing>;
  /**
   * Resolves once something has happened since the last look began, a supervisor has come or gone; at the latest after so many milliseconds. Where a look
   * takes long (hundreds of services), not before ten times as long has passed: whoever looks must not slow down the start he looks at.
   */
  news(withinMs: number): Promise<void>;
  close(): void;
}

interface Line {
  readonly channel: SupervisorChannel;
  readonly pid: number;
  /** What was asked and is not answered. */
  asked: Promise<Told> | null;
  /** Whether what was asked was waited for in vain. */
  isLate: boolean;
}

/** How long a supervisor may take to answer before one looks at the disk instead. */
const patienceMs = 500;
/** So many times as long as a look took, nobody looks again. */
const restShare = 10;
/** How often one looks for a new supervisor's socket. */
const socketPeriodMs = 50;

/** @param hear Told every event while a supervisor is followed. */
export function observeWorkspace(paths: WorkspacePaths, version: string, hear: Emit = () => {}): Observer {
  const closing = new AbortController();
  let line: Line | null = null;
  let reached: Pick<Reached, "kind"> & { version?: string } = { kind: "absent" };
  /** The socket behind which nobody was who could be followed. */
  let vainStamp: string | null = null;
  let isStale = false;
  let lookMs = 0;
  let wake: () => void = () => {};

  function stale(): void {
    isStale = true;
    wake();
  }

  async function connect(): Promise<void> {
    // One that is stopped would only gather connections that it never accepts.
    if (reached.kind === "silent" && isSupervisorStopped(paths)) return;
    const stamp = stampOfControl(paths.state);
    const found = await reachSupervisor(paths, version, patienceMs);
    reached = found;
    vainStamp = stamp;
    if (found.kind === "other-version") void found.channel.close();
    if (found.kind !== "live") return;
    if (closing.signal.aborted) return void found.channel.close();
    const { channel, pid } = found;
    const follow = channel.follow((event) => {
      hear(event);
      stale();
    });
    line = { channel, pid, asked: follow, isLate: false };
    void forgetWhenClosed(channel);
  }

  async function forgetWhenClosed(channel: SupervisorChannel): Promise<void> {
    await channel.closed;
    if (line?.channel !== channel) return;
    line = null;
    reached = { kind: "absent" };
    stale();
  }

  /** An answer that comes after all tells how it was when it was sent: one asks again. */
  async function renew(current: Line, answered: Promise<unknown>): Promise<void> {
    current.isLate = true;
    await answered;
    current.asked = null;
    current.isLate = false;
    stale();
  }

  async function ask(current: Line): Promise<Told | null> {
    if (current.isLate) return null;
    const asked = (current.asked ??= current.channel.status({ kind: "status", probe: false }));
    const answered = asked.then(
      (told) => told,
      () => null,
    );
    const told = await Promise.race([answered, delay(patienceMs, "late" as const, { ref: false })]);
    if (told !== "late") {
      current.asked = null;
      return told;
    }
    void renew(current, answered);
    return null;
  }

  return {
    async look() {
      isStale = false;
      const before = performance.now();
      if (line === null) await connect();
      const current = line;
      const told = current === null ? null : await ask(current);
      lookMs = performance.now() - before;
      if (current !== null && told !== null) return { from: "supervisor", ...told, pid: current.pid };
      return standingOnDisk(paths, line === null ? reached : { kind: "silent" });
    },
    async news(withinMs) {
      const restMs = Math.min(withinMs, lookMs * restShare);
      await delay(restMs, undefined, { signal: closing.signal }).catch(() => {});
      if (isStale || closing.signal.aborted) return;
      const awake = Promise.withResolvers<void>();
      wake = awake.resolve;
      const timer = setTimeout(wake, withinMs - restMs);
      const looking = setInterval(() => {
        const stamp = line === null ? stampOfControl(paths.state) : null;
        if (stamp !== null && stamp !== vainStamp) wake();
      }, socketPeriodMs);
      closing.signal.addEventListener("abort", wake, { once: true });
      await awake.promise;
      clearTimeout(timer);
      clearInterval(looking);
      closing.signal.removeEventListener("abort", wake);
    },
    close() {
      closing.abort();
      void line?.channel.close();
      line = null;
    },
  };
}
