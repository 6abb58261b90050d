import { type Census, addOffspring, indexTable } from "./census.ts";
import { type ProcessIdentity, currentBootId, isOfThisSystem } from "./identity.ts";
import { askForMarkers, isRunOf, markerOf, readMarkers } from "./marker.ts";
import { type ProcessStat, argvOf, isLive } from "./proc-table.ts";

/** A run of a service, as far as its processes are recognised by it. */
export interface ProcessOwner {
  readonly service: string;
  readonly leader: ProcessIdentity;
  /** Group and session of the leader. */
  readonly pgid: number;
  readonly runId: string;
  /** Sources of regular expressions: a process whose arguments, joined by blanks, match one may outlive the service, with all it started. */
  readonly keepAlive: readonly string[];
}

/**
 * The live processes of a run: what it started (tree) ∪ its session ∪ its group ∪ what bears its marker ∪ what was known to be its own before.
 *
 * Neither we ourselves nor a zombie is ever among them. A record of another boot has none.
 *
 * @param known PID → start time of members found earlier, which may have left the tree since.
 * @returns PID → start time.
 */
export function membersOf(
  target: ProcessOwner,
  table: ReadonlyMap<number, ProcessStat>,
  known: ReadonlyMap<number, string>,
  workspaceId: string,
): Map<number, string> {
  const { found } = findMembers([{ owner: target, known }], indexTable(table), workspaceId);
  return found[0] ?? new Map<number, string>();
}

/**
 * `membersOf` for many runs at once: environments are read once for all, and only of processes that nothing else ties to one of them.
 *
 * @returns The members of each, and those that could not be told apart: they had ended, or were replacing their program, when they were asked for
 *   their marker.
 */
export function findMembers(
  sought: readonly { readonly owner: ProcessOwner; readonly known: ReadonlyMap<number, string> }[],
  census: Census,
  workspaceId: string,
): { readonly found: readonly Map<number, string>[]; readonly unsure: readonly ProcessStat[] } {
  const found = sought.map(({ owner, known }) => relatives(owner, known, census, workspaceId));
  const unsure = addMarked(
    sought.map(({ owner }) => owner),
    found,
    census,
    workspaceId,
  );
  for (const [index, { owner }] of sought.entries()) {
    const members = found[index];
    if (members !== undefined && owner.keepAlive.length > 0) removeKept(owner, members, census);
  }
  return { found, unsure };
}

/** Whether no live process is in the group or the session. */
export function groupIsEmpty(target: { readonly pgid: number }, table: ReadonlyMap<number, ProcessStat>): boolean {
  for (const stat of table.values()) {
    if ((stat.pgrp === target.pgid || stat.session === target.pgid) && isLive(stat)) return false;
  }
  return true;
}

/** Whom PIDs and the process table alone tie to a run. */
function relatives(
  owner: ProcessOwner,
  known: ReadonlyMap<number, string>,
  census: Census,
  workspaceId: string,
): Map<number, string> {
  const found = new Map<number, string>();
  if (!isOfThisSystem(owner.leader)) return found;
  for (const [pid, startTime] of [[owner.leader.pid, owner.leader.startTime] as const, ...known]) {
    const stat = census.table.get(pid) ?? null;
    if (stat?.startTime === startTime && isLive(stat) && pid !== process.pid) found.set(pid, startTime);
  }
  const group = [...(census.bySession.get(owner.pgid) ?? []), ...(census.byGroup.get(owner.pgid) ?? [])];
  if (ownsGroup(owner, group, found, census, workspaceId)) {
    for (const stat of group) found.set(stat.pid, stat.startTime);
  }
  addOffspring(found, found.keys(), census);
  return found;
}

/**
 * Whether the processes in the leader's group and session are the run's. The number cannot be given to a new process while one is left in
 * either, so one member that is surely ours proves all. Where the leader is gone and nobody bears the marker, the start times decide.
 */
function ownsGroup(
  owner: ProcessOwner,
  group: readonly ProcessStat[],
  found: ReadonlyMap<number, string>,
  census: Census,
  workspaceId: string,
): boolean {
  const { leader, pgid } = owner;
  if (group.length === 0 || pgid <= 1) return false;
  const bearer = census.table.get(pgid);
  if (bearer !== undefined && pgid === leader.pid) return bearer.startTime === leader.startTime;
  if (group.some((stat) => found.get(stat.pid) === stat.startTime)) return true;
  if (group.some((stat) => Number(stat.startTime) < Number(leader.startTime))) return false;
  const markers = group.flatMap((stat) => readMarkers(stat.pid));
  return markers.length === 0 || markers.some((marker) => marker.workspaceId === workspaceId && isRunOf(owner, marker));
}

/** Adds to each run's members those that only their environment names, and what they started. Returns those that gave no answer. */
function addMarked(
  owners: readonly ProcessOwner[],
  found: readonly Map<number, string>[],
  census: Census,
  workspaceId: string,
): ProcessStat[] {
  const ofThisBoot = owners.filter(({ leader }) => leader.bootId === currentBootId());
  const earliest = Math.min(...ofThisBoot.map(({ leader }) => Number(leader.startTime)));
  const unsure: ProcessStat[] = [];
  const matched = new Set(found.flatMap((members) => [...members.keys()]));
  for (const stats of census.bySession.values()) {
    for (const stat of stats) {
      // Session 0 holds the kernel's threads, which have no environment.
      if (stat.session === 0 || matched.has(stat.pid) || Number(stat.startTime) < earliest) continue;
      const { markers, isFinal } = askForMarkers(stat.pid);
      if (!isFinal) unsure.push(stat);
      const marker = markerOf(workspaceId, markers);
      if (marker === null) continue;
      const index = owners.findIndex((owner) => isRunOf(owner, marker));
      const members = found[index];
      if (members === undefined || Number(owners[index]?.leader.startTime) > Number(stat.startTime)) continue;
      members.set(stat.pid, stat.startTime);
      addOffspring(members, [stat.pid], census);
    }
  }
  return unsure;
}

/** Takes out what may outlive the service, and what that started; the leader is the service itself and never kept. */
function removeKept(owner: ProcessOwner, members: Map<number, string>, census: Census): void {
  const patterns = owner.keepAlive.map(patternOf).filter((pattern) => pattern !== null);
  const kept = new Map<number, string>();
  for (const [pid, startTime] of members) {
    const argv = pid === owner.leader.pid ? undefined : argvOf(pid)?.join(" ");
    if (argv !== undefined && patterns.some((pattern) => pattern.test(argv))) kept.set(pid, startTime);
  }
  addOffspring(kept, kept.keys(), census);
  for (const pid of kept.keys()) if (pid !== owner.leader.pid) members.delete(pid);
}

/** A record may have been written by an engine that understood more. */
function patternOf(source: string): RegExp | null {
  try {
    return new RegExp(source);
  } catch {
    return null;
  }
}
