import { type Census, takeCensus } from "./census.ts";
import { type Verdict, hunt } from "./hunt.ts";
import { askForMarkers, isRunOf, markerOf } from "./marker.ts";
import { findMembers } from "./members.ts";
import { type ProcessStat, isStillAlive } from "./proc-table.ts";
import {
  type Pursuit,
  type StopOptions,
  type StopTarget,
  beginPursuit,
  isAborted,
  isOpen,
  isOverdue,
  maxSweeps,
  noticeWaiting,
  pause,
  setMembers,
  sweepPatienceMs,
  takeUnasked,
  without,
} from "./pursuit.ts";
import { signalMembers } from "./signal-members.ts";

/** Looks at the process table, and signals, while freezing what forks for ever or is never the same process for long. */
const maxFreezeRounds = 20;

/**
 * Stops these runs together, by /proc. All get their stop signal before anything is waited for; then only the known members are looked at
 * (5 µs each), and everything once more when they are gone or their time is up.
 *
 * @returns All of them, `ended` or `survived`.
 */
export async function pursue(targets: readonly StopTarget[], options: StopOptions): Promise<readonly Pursuit[]> {
  const pursuits = targets.map(beginPursuit);
  let lookedAt = 0;
  let lookMs = 0;
  const takeLook = (due: readonly Pursuit[]): void => {
    const before = performance.now();
    advance(due, isAborted(options.force), options.workspaceId);
    lookedAt = performance.now();
    lookMs = lookedAt - before;
    for (const { phase, owner, sweeps } of due) if (phase === "ended") options.onEnded(owner.service, sweeps > 0);
  };

  takeLook(pursuits);
  let delayMs = 1;
  for (let open = pursuits.filter(isOpen); open.length > 0; open = open.filter(isOpen)) {
    await pause(delayMs, options.force);
    delayMs = Math.min(delayMs * 1.5, 20);
    const isForced = isAborted(options.force);
    const now = performance.now();
    const overdue = open.filter((pursuit) => isOverdue(pursuit, now, isForced));
    const gone = open.filter((pursuit) => !overdue.includes(pursuit) && !hasLiveMember(pursuit));
    // A full look takes milliseconds: where services end one by one, that is not worth it for each.
    const isWorthIt = overdue.length + gone.length === open.length || now - lookedAt > Math.min(10 * lookMs, 100);
    const due = isWorthIt ? [...overdue, ...gone] : overdue;
    if (due.length > 0) takeLook(due);
    if (overdue.length > 0) delayMs = 1;
    for (const pursuit of open) noticeWaiting(pursuit, options, removeDead);
  }
  return pursuits;
}

/**
 * Takes a full look at these runs and does for each what is due: it has ended; it, or what is new of it, gets the stop signal; it is swept
 * with SIGKILL; or nothing has helped. Synchronous, so that no signal waits for another run's.
 */
function advance(pursuits: readonly Pursuit[], isForced: boolean, workspaceId: string): void {
  const now = performance.now();
  const census = look(pursuits, workspaceId);
  const toKill: Pursuit[] = [];
  for (const pursuit of pursuits) {
    if (pursuit.members.size === 0) pursuit.phase = "ended";
    else if (pursuit.phase === "asked" && !isOverdue(pursuit, now, isForced))
      signalMembers(takeUnasked(pursuit), pursuit.stopSignal, census);
    else if (pursuit.sweeps < maxSweeps) toKill.push(pursuit);
    else pursuit.phase = "survived";
  }
  if (toKill.length > 0) sweep(toKill, census, workspaceId);
}

function look(pursuits: readonly Pursuit[], workspaceId: string): Census {
  const census = takeCensus();
  const { found, unsure } = findMembers(pursuits, census, workspaceId);
  for (const [index, pursuit] of pursuits.entries()) setMembers(pursuit, found[index] ?? new Map<number, string>());
  if (unsure.length > 0 && pursuits.some(({ members }) => members.size === 0)) {
    const track = tracker(pursuits, census, workspaceId);
    hunt(census.newcomers, unsure, (stat) => {
      const { pursuit, verdict } = track(stat);
      if (pursuit !== null) setMembers(pursuit, new Map([...pursuit.members, [stat.pid, stat.startTime]]));
      return verdict;
    });
  }
  return census;
}

/** Freezes what is there until a look finds nothing that still runs, so that what forks for ever cannot outrun us; then kills it. */
function sweep(pursuits: readonly Pursuit[], firstCensus: Census, workspaceId: string): void {
  const frozen = new Map<number, string>();
  let census = firstCensus;
  for (let round = 0; round < maxFreezeRounds; round += 1) {
    const running = without(
      pursuits.flatMap(({ members }) => [...members]),
      frozen,
    );
    if (running.size === 0) break;
    signalMembers(running, "SIGSTOP", census);
    for (const [pid, startTime] of running) frozen.set(pid, startTime);
    census = look(pursuits, workspaceId);
  }
  const now = performance.now();
  for (const pursuit of pursuits) {
    const { sent, refused } = signalMembers(pursuit.members, "SIGKILL", census);
    // Another user's processes: no second try will do it.
    const isHopeless = sent > 0 && refused === sent;
    pursuit.phase = "killed";
    pursuit.sweeps = isHopeless ? maxSweeps : pursuit.sweeps + 1;
    pursuit.patienceEnds = isHopeless ? now : now + sweepPatienceMs;
  }
}

type Tracker = (stat: ProcessStat) => { readonly pursuit: Pursuit | null; readonly verdict: Verdict };

/**
 * Tells whose process a new one is, given what has just been seen of these runs: by its session, its parent or its marker. A run of which something
 * may be kept alive is not hunted: in a moment, the two cannot be told apart.
 */
function tracker(all: readonly Pursuit[], census: Census, workspaceId: string): Tracker {
  const pursuits = all.filter(({ owner }) => owner.keepAlive.length === 0);
  const bySession = new Map<number, Pursuit>();
  const byParent = new Map<number, Pursuit>();
  for (const pursuit of pursuits) {
    for (const pid of pursuit.members.keys()) {
      byParent.set(pid, pursuit);
      const session = census.table.get(pid)?.session;
      if (session !== undefined) bySession.set(session, pursuit);
    }
  }
  return (stat) => {
    const related = bySession.get(stat.session) ?? byParent.get(stat.ppid);
    if (related !== undefined) return { pursuit: related, verdict: "prey" };
    const { markers, isFinal } = askForMarkers(stat.pid);
    const marker = markerOf(workspaceId, markers);
    const marked = marker === null ? undefined : pursuits.find(({ owner }) => isRunOf(owner, marker));
    if (marked !== undefined) return { pursuit: marked, verdict: "prey" };
    return { pursuit: null, verdict: isFinal || !isStillAlive(stat.pid, stat.startTime) ? "stranger" : "unsure" };
  };
}

/** Reads as little as it takes: one live member answers it. */
function hasLiveMember(pursuit: Pursuit): boolean {
  for (const [pid, startTime] of pursuit.members) {
    if (isStillAlive(pid, startTime)) return true;
    pursuit.members.delete(pid);
  }
  return false;
}

function removeDead(pursuit: Pursuit): void {
  for (const [pid, startTime] of pursuit.members) if (!isStillAlive(pid, startTime)) pursuit.members.delete(pid);
}
