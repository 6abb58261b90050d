import { type Census, addOffspring, indexTable } from "./census.ts";
import { executableProblem } from "./find-executable.ts";
import { findMembers } from "./members.ts";
import { readPsTable } from "./ps-table.ts";
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
} from "./pursuit.ts";

/** `ps` takes tens of milliseconds: asking more often would mean nothing but asking. */
const pollMs = 100;

/**
 * Stops these runs together on systems without /proc (macOS): trees by the package tree-kill, the rest of each group one by one, verified
 * afterwards by `ps`. It finds less than `pursue` (no markers, no sessions, start times in seconds), and it is slower.
 *
 * @returns All of them, `ended` or `survived`.
 */
export async function killWithoutProc(
  targets: readonly StopTarget[],
  options: StopOptions,
): Promise<readonly Pursuit[]> {
  const pursuits = targets.map(beginPursuit);
  for (let open: readonly Pursuit[] = pursuits; open.length > 0; open = open.filter(isOpen)) {
    const census = indexTable(await readPsTable());
    const { found } = findMembers(open, census, options.workspaceId);
    for (const [index, pursuit] of open.entries()) setMembers(pursuit, found[index] ?? new Map<number, string>());
    await Promise.all(open.map((pursuit) => advance(pursuit, census, isAborted(options.force))));
    for (const { phase, owner, sweeps } of open) if (phase === "ended") options.onEnded(owner.service, sweeps > 0);
    if (!open.some(isOpen)) break;
    for (const pursuit of open) noticeWaiting(pursuit, options, () => {});
    await pause(pollMs, options.force);
  }
  return pursuits;
}

async function advance(pursuit: Pursuit, census: Census, isForced: boolean): Promise<void> {
  const now = performance.now();
  const isDue = isOverdue(pursuit, now, isForced);
  if (pursuit.members.size === 0) {
    pursuit.phase = "ended";
  } else if (pursuit.phase === "asked" && !isDue) {
    await signalTree(pursuit, takeUnasked(pursuit), pursuit.stopSignal, census);
  } else if (pursuit.phase === "killed" && !isDue) {
    // Dying takes its time.
  } else if (pursuit.sweeps < maxSweeps) {
    pursuit.phase = "killed";
    pursuit.sweeps += 1;
    pursuit.patienceEnds = now + sweepPatienceMs;
    await signalTree(pursuit, pursuit.members, "SIGKILL", census);
  } else {
    pursuit.phase = "survived";
  }
}

/** Signals these members: the leader's tree by tree-kill, if all of it is meant, and whoever is not in it by itself. */
async function signalTree(
  { owner }: Pursuit,
  members: ReadonlyMap<number, string>,
  signal: NodeJS.Signals,
  census: Census,
): Promise<void> {
  const tree = new Map<number, string>();
  if (members.has(owner.leader.pid)) {
    tree.set(owner.leader.pid, owner.leader.startTime);
    addOffspring(tree, [owner.leader.pid], census);
  }
  const isWhole = tree.size > 0 && [...tree.keys()].every((pid) => members.has(pid));
  const isByTree = isWhole && (await killTree(owner.leader.pid, signal));
  for (const pid of members.keys()) if (!isByTree || !tree.has(pid)) send(pid, signal);
}

/** false: not done. tree-kill runs `pgrep` on macOS and `ps` elsewhere, and would take us down with it were that missing. */
async function killTree(pid: number, signal: NodeJS.Signals): Promise<boolean> {
  const lister = process.platform === "darwin" ? "pgrep" : "ps";
  if (executableProblem(lister, "/", process.env["PATH"] ?? "/usr/bin:/bin") !== null) return false;
  const { default: treeKill } = await import("tree-kill");
  return new Promise((resolve) => {
    treeKill(pid, signal, (error) => resolve(error === undefined));
  });
}

function send(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch {
    // Gone, or another user's: the next look will tell.
  }
}
