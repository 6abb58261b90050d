import type { ProcessOwner } from "./members.ts";

/** A run to be stopped, and how. */
export interface StopTarget extends ProcessOwner {
  readonly stopSignal: NodeJS.Signals;
  /** From the stop signal to SIGKILL, in milliseconds. */
  readonly graceMs: number;
}

export interface StopOptions {
  readonly workspaceId: string;
  /** Once aborted, no grace is left: SIGKILL at once. */
  readonly force: AbortSignal | null;
  /** About once a second for each service that still lives. `pid` is its leader's, or a survivor's of it; `children` counts the others. */
  readonly onWaiting: (waiting: {
    readonly service: string;
    readonly pid: number;
    readonly children: number;
    readonly waitedMs: number;
  }) => void;
  /** Once for each target, when nothing of it is left; never for one that survives. */
  readonly onEnded: (service: string, forced: boolean) => void;
}

/** One run on its way out. Times are `performance.now()`. */
export interface Pursuit {
  readonly owner: ProcessOwner;
  readonly stopSignal: NodeJS.Signals;
  /** When asking turns into killing. */
  readonly deadline: number;
  readonly startedAt: number;
  phase: "asked" | "killed" | "ended" | "survived";
  /** PID → start time: alive when last looked at. */
  members: Map<number, string>;
  /** All that were ever proven to be members. */
  readonly known: Map<number, string>;
  /** Members that have had the stop signal: each gets it once, since many programs take a second one for "at once". */
  readonly asked: Map<number, string>;
  /** Sweeps with SIGKILL so far, and how long the last may take to show an effect. */
  sweeps: number;
  patienceEnds: number;
  noticedAt: number;
}

/** How often a run that still lives is swept with SIGKILL before it counts as a survivor. */
export const maxSweeps = 3;

/** How long a process may take to die of SIGKILL (gigabytes to give back, a slow disk) before the next sweep, in milliseconds. */
export const sweepPatienceMs = 2000;

export function beginPursuit(target: StopTarget): Pursuit {
  const startedAt = performance.now();
  return {
    owner: target,
    stopSignal: target.stopSignal,
    deadline: startedAt + target.graceMs,
    startedAt,
    phase: "asked",
    members: new Map(),
    known: new Map(),
    asked: new Map(),
    sweeps: 0,
    patienceEnds: Number.POSITIVE_INFINITY,
    noticedAt: startedAt,
  };
}

/** Whether it still has to be waited for. */
export function isOpen(pursuit: Pursuit): boolean {
  return pursuit.phase === "asked" || pursuit.phase === "killed";
}

/** Whether its time is up: asking is over, or the last sweep has had no effect. */
export function isOverdue(pursuit: Pursuit, now: number, isForced: boolean): boolean {
  return pursuit.phase === "asked" ? isForced || now >= pursuit.deadline : now >= pursuit.patienceEnds;
}

/** Members found by a full look. */
export function setMembers(pursuit: Pursuit, members: Map<number, string>): void {
  pursuit.members = members;
  for (const [pid, startTime] of members) pursuit.known.set(pid, startTime);
}

/** The members that have not had the stop signal yet; from now on they have. */
export function takeUnasked(pursuit: Pursuit): Map<number, string> {
  const unasked = without(pursuit.members, pursuit.asked);
  for (const [pid, startTime] of unasked) pursuit.asked.set(pid, startTime);
  return unasked;
}

/** The processes that are not among `done`. */
export function without(
  members: Iterable<readonly [number, string]>,
  done: ReadonlyMap<number, string>,
): Map<number, string> {
  return new Map([...members].filter(([pid, startTime]) => done.get(pid) !== startTime));
}

/** Tells, at most once a second, whom we wait for. `prune` takes the dead from the members first. */
export function noticeWaiting(pursuit: Pursuit, options: StopOptions, prune: (pursuit: Pursuit) => void): void {
  const now = performance.now();
  if (!isOpen(pursuit) || now < pursuit.noticedAt + 1000) return;
  pursuit.noticedAt = now;
  prune(pursuit);
  const { service, leader } = pursuit.owner;
  const pid = pursuit.members.has(leader.pid) ? leader.pid : pursuit.members.keys().next().value;
  if (pid === undefined) return;
  const waitedMs = Math.round(now - pursuit.startedAt);
  options.onWaiting({ service, pid, children: pursuit.members.size - 1, waitedMs });
}

export function isAborted(signal: AbortSignal | null): boolean {
  return signal?.aborted ?? false;
}

/** Waits, but no longer than until force is asked for. */
export function pause(milliseconds: number, force: AbortSignal | null): Promise<void> {
  return new Promise((resolve) => {
    const end = (): void => {
      clearTimeout(timer);
      force?.removeEventListener("abort", end);
      resolve();
    };
    const timer = setTimeout(end, milliseconds);
    if (!isAborted(force)) force?.addEventListener("abort", end);
  });
}
